{{ known_now(ref('mart_settlement_target_history')) }}
