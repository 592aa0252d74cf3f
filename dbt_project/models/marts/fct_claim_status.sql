with status as (
    select * from {{ ref('int_claim_status') }}
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
    source_item
from status
