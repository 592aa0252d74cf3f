{{ known_now(ref('mart_target_attainment_history')) }}
