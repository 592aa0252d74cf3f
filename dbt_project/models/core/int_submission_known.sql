select
    submission_id,
    known_from,
    known_to
from {{ ref('int_submission_state') }}
where in_force
