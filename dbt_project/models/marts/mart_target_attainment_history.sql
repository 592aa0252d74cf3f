with attainment as (
    select
        attainment.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_attainment') }} as attainment
    inner join {{ ref('int_submission_known') }} as submission_known
        on attainment.submission_id = submission_known.submission_id
),

compared as (
    select
        *,
        part = 'total' as is_total,
        -- B1 or B2 is a human judgement: both agree with B.
        case when reported like 'B%' then 'B' else reported end = computed as agrees
    from attainment
)

select
    municipality_code,
    claim_number,
    fiscal_year,
    part,
    is_total,
    target_balance,
    actual_balance,
    reported,
    computed,
    agrees,
    submission_id,
    known_from,
    known_to
from compared
