{{ known_now(ref('mart_plan_comparison_history')) }}
