with target as (
    select * from {{ ref('int_city_target_known') }}
),

judged as (
    select
        *,
        actual <= target as attained,
        {{ target_change_kind('target_change') }} as target_change_kind
    from target
)

select
    municipality_code,
    fiscal_year,
    target_kind,
    revision_no,
    is_last_revision,
    target,
    target_current,
    target_prior,
    target_change,
    target_change_kind,
    actual,
    actual_current,
    actual_prior,
    attained,
    decided_on,
    meeting,
    reason,
    unit_yen,
    submission_id,
    source_item,
    known_from,
    known_to
from judged
