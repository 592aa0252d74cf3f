{#- A year that several columns or tables speak of has one figure; the newest is taken. -#}
with figure as (
    select * from {{ ref('int_plan_figure') }}
    where in_force
),

published as (
    select * from {{ ref('mart_plan_progress') }}
)

select
    figure.submission_id,
    figure.source_item,
    figure.source_measure as measure,
    figure.municipality_code,
    figure.department,
    figure.claim_name,
    figure.plan,
    figure.fiscal_year,
    figure.kind,
    figure.value,
    published.value as newest_value,
    published.submission_id as newest_submission_id
from figure
inner join published
    on
        figure.municipality_code = published.municipality_code
        and figure.plan = published.plan
        and figure.measure = published.measure
        and figure.department = published.department
        and figure.claim_name = published.claim_name
        and figure.fiscal_year = published.fiscal_year
        and figure.kind = published.kind
where figure.value is distinct from published.value
