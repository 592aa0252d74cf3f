with plan_row as (
    select
        plan_row.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_plan_row') }} as plan_row
    inner join {{ ref('int_submission_known') }} as submission_known
        on plan_row.submission_id = submission_known.submission_id
),

told as (
    {{ each_moment('plan_row', of=['municipality_code', 'measure']) }}
),

mention as (
    select * from {{ ref('int_claim_mention') }}
),

-- A baseline that another plan had reported by another definition is not comparable.
broken as (
    select distinct
        later.submission_id,
        later.source_item,
        later.moment
    from told as later
    inner join told as earlier
        on
            later.municipality_code = earlier.municipality_code
            and later.measure = earlier.measure
            and later.moment = earlier.moment
            and later.claim_name = earlier.claim_name
            and later.baseline_actual_year = earlier.actual_year
    where
        later.plan <> earlier.plan
        and later.is_footnoted <> earlier.is_footnoted
        and not later.is_total
),

compared as (
    select
        told.*,
        mention.claim_number,
        -- The total is of no claim: it is its own.
        coalesce(mention.claim_key, told.claim_name) as claim_key,
        -- A total over a break is broken too.
        case
            when told.is_total
                then count(broken.submission_id) over (
                    partition by told.submission_id, told.moment
                ) > 0
            else broken.submission_id is not null
        end as is_basis_break
    from told
    left join broken
        on
            told.submission_id = broken.submission_id
            and told.source_item = broken.source_item
            and told.moment = broken.moment
    left join mention
        on
            told.submission_id = mention.submission_id
            and told.claim_name = mention.claim_name
            and told.department is not distinct from mention.department
),

known as (
    {{ spans('compared', same=['submission_id', 'source_item', 'is_basis_break']) }}
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
    from known
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
    source_item,
    known_from,
    known_to
from differing
