with target as (
    select * from {{ ref('int_settlement_target') }}
    where is_newest
)

select
    municipality_code,
    claim_name,
    claim_key,
    claim_number,
    department,
    fiscal_year,
    rate_current_pct,
    rate_prior_pct,
    uncollected_target,
    submission_id
from target
