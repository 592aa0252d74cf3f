{{ known_now(ref('mart_claim_list_history')) }}
