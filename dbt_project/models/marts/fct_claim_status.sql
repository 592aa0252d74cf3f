{{ known_now(ref('fct_claim_status_history')) }}
