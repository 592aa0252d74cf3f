{#- A year that several columns or tables speak of has one figure; the newest is taken. -#}
with figure as (
    select * from {{ ref('int_plan_figure') }}
),

newest as (
    select * from figure
    where is_newest
)

select
    other.submission_id,
    other.source_item,
    other.source_measure as measure,
    other.municipality_code,
    other.department,
    other.claim_name,
    other.plan,
    other.fiscal_year,
    other.kind,
    other.value,
    newest.value as newest_value,
    newest.submission_id as newest_submission_id
from figure as other
inner join newest
    on
        other.municipality_code = newest.municipality_code
        and other.plan = newest.plan
        and other.measure = newest.measure
        and other.department = newest.department
        and other.claim_name = newest.claim_name
        and other.fiscal_year = newest.fiscal_year
        and other.kind = newest.kind
where other.value is distinct from newest.value
