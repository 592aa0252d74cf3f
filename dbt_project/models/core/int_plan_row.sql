{%- set figures = [
    'baseline_actual', 'target', 'actual', 'next_target',
    'reported_vs_baseline', 'reported_vs_target', 'reported_vs_next_target',
] -%}

with submission as (
    select * from {{ ref('int_submission') }}
    where form = 'plan' and status = 'accepted'
),

cell as (
    select * from {{ ref('stg_cell') }}
    where block = 'plan'
),

heading as (
    select
        submission_id,
        max(case when measure = 'plan' then text end) as plan,
        max(case when measure = 'measure' then text end) as measure
    from cell
    where item = ''
    group by submission_id
),

plan_row as (
    select
        submission_id,
        item as source_item,
        item = 'total' as is_total,
        coalesce(
            max(case when measure = 'department' then text end),
            case when item = 'total' then '合計' end
        ) as department,
        coalesce(
            max(case when measure = 'claim_name' then text end),
            case when item = 'total' then '合計' end
        ) as claim_name,
        {% for figure in figures -%}
        max(case when measure = '{{ figure }}' then {{ figure_of_cell() }} end) as {{ figure }},
        {% endfor -%}
        {% for figure in figures[:4] -%}
        max(case when measure = '{{ figure }}' then fiscal_year end) as {{ figure }}_year,
        {% endfor -%}
        max(case when measure = 'footnoted' then number end) is not null as is_footnoted
    from cell
    where item <> ''
    group by submission_id, item
),

described as (
    select
        plan_row.*,
        submission.municipality_code,
        heading.plan,
        heading.measure,
        submission.fiscal_year,
        submission.unit_yen,
        submission.received_at,
        submission.in_force,
        case heading.measure when 'collection_rate' then 'percent' else 'yen' end as unit
    from plan_row
    inner join submission on plan_row.submission_id = submission.submission_id
    inner join heading on plan_row.submission_id = heading.submission_id
)

select * from described
