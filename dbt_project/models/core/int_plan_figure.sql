{%- set columns = {
    'actual': 'actual', 'target': 'target', 'baseline_actual': 'actual', 'next_target': 'target',
} -%}

with plan_row as (
    select * from {{ ref('int_plan_row') }}
),

-- A table may show more years than its four columns: they have a value, and no comparison.
other_year as (
    select
        submission_id,
        item as source_item,
        measure as source_measure,
        fiscal_year,
        replace(measure, 'other_', '') as kind,
        {{ figure_of_cell() }} as value
    from {{ ref('stg_cell') }}
    where block = 'plan' and measure in ('other_actual', 'other_target')
),

of_other_year as (
    select
        plan_row.submission_id,
        plan_row.source_item,
        other_year.source_measure,
        plan_row.municipality_code,
        plan_row.plan,
        plan_row.measure,
        plan_row.department,
        plan_row.claim_name,
        plan_row.is_total,
        plan_row.is_footnoted,
        plan_row.unit,
        other_year.fiscal_year,
        other_year.kind,
        other_year.value,
        plan_row.fiscal_year as form_fiscal_year,
        plan_row.received_at,
        plan_row.in_force,
        {{ columns | length + 1 }} as column_rank
    from plan_row
    inner join other_year
        on
            plan_row.submission_id = other_year.submission_id
            and plan_row.source_item = other_year.source_item
),

figure as (
    {% for column, kind in columns.items() -%}
    select
        submission_id,
        source_item,
        '{{ column }}' as source_measure,
        municipality_code,
        plan,
        measure,
        department,
        claim_name,
        is_total,
        is_footnoted,
        unit,
        {{ column }}_year as fiscal_year,
        '{{ kind }}' as kind,
        {{ column }} as value,
        fiscal_year as form_fiscal_year,
        received_at,
        in_force,
        {{ loop.index }} as column_rank
    from plan_row
    where {{ column }}_year is not null
    union all
    {% endfor -%}
    select * from of_other_year
)

select * from figure
