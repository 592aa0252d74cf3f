with status as (
    select
        status.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_claim_status') }} as status
    inner join {{ ref('int_submission_known') }} as submission_known
        on status.submission_id = submission_known.submission_id
)

select
    municipality_code,
    claim_number,
    fiscal_year,
    part,
    status_code,
    cases,
    balance,
    unit_yen,
    submission_id,
    source_item,
    known_from,
    known_to
from status
