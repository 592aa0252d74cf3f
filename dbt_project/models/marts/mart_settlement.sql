{{ known_now(ref('mart_settlement_history')) }}
