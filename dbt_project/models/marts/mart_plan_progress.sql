{{ known_now(ref('mart_plan_progress_history')) }}
