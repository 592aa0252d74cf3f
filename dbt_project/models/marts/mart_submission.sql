{{ known_now(ref('mart_submission_history')) }}
