with plan_row as (
    select * from {{ ref('int_plan_row') }}
),

mention as (
    select * from {{ ref('int_claim_mention') }}
),

-- A baseline that another plan had reported by another definition is not comparable.
broken as (
    select distinct
        later.submission_id,
        later.source_item
    from plan_row as later
    inner join plan_row as earlier
        on
            later.municipality_code = earlier.municipality_code
            and later.measure = earlier.measure
            and later.claim_name = earlier.claim_name
            and later.baseline_actual_year = earlier.actual_year
    where
        later.plan <> earlier.plan
        and later.is_footnoted <> earlier.is_footnoted
        and not later.is_total
),

compared as (
    select
        plan_row.*,
        mention.claim_number,
        -- The total is of no claim: it is its own.
        coalesce(mention.claim_key, plan_row.claim_name) as claim_key,
        -- A total over a break is broken too.
        case
            when plan_row.is_total
                then count(broken.submission_id) over (partition by plan_row.submission_id) > 0
            else broken.submission_id is not null
        end as is_basis_break
    from plan_row
    left join broken
        on
            plan_row.submission_id = broken.submission_id
            and plan_row.source_item = broken.source_item
    left join mention
        on
            plan_row.submission_id = mention.submission_id
            and plan_row.claim_name = mention.claim_name
            and plan_row.department is not distinct from mention.department
),

differing as (
    select
        *,
        target is not null as has_target,
        next_target is not null as has_next_target,
        {{ measure('vs_target') }} as vs_target,
        {{ measure('vs_next_target') }} as vs_next_target,
        case when not is_basis_break then {{ measure('vs_baseline') }} end as vs_baseline,
        case when is_footnoted then 'footnote' else 'plan' end as basis
    from compared
)

select
    municipality_code,
    department,
    claim_name,
    claim_key,
    claim_number,
    plan,
    measure,
    fiscal_year,
    baseline_actual_year,
    next_target_year,
    baseline_actual,
    target,
    actual,
    next_target,
    vs_baseline,
    vs_target,
    vs_next_target,
    reported_vs_baseline,
    reported_vs_target,
    reported_vs_next_target,
    has_target,
    has_next_target,
    unit,
    is_total,
    basis,
    is_basis_break,
    submission_id,
    source_item
from differing
