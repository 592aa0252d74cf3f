{{ known_now(ref('mart_finding_history')) }}
