with attainment as (
    select * from {{ ref('int_attainment') }}
),

compared as (
    select
        *,
        -- B1 or B2 is a human judgement: both agree with B.
        case when reported like 'B%' then 'B' else reported end = computed as agrees
    from attainment
)

select
    municipality_code,
    claim_number,
    fiscal_year,
    part,
    target_balance,
    actual_balance,
    reported,
    computed,
    agrees,
    submission_id
from compared
