{{ known_now(ref('mart_city_target_history')) }}
