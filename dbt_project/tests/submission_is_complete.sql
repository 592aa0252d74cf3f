{#- Each row of each form in force has all its typed amounts: what is blank was landed as 0. -#}
with submission as (
    select * from {{ ref('int_submission') }}
    where in_force
),

cell as (
    select * from {{ ref('stg_cell') }}
    where block = 'collection'
),

measure as (
    {% for measure in typed_measures() -%}
    select '{{ measure }}' as measure
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

expected_row as (
    select
        submission.submission_id,
        annual_form_row.source_item
    from submission
    cross join {{ ref('annual_form_row') }} as annual_form_row
    where submission.form = 'annual'
    union distinct
    select
        submission.submission_id,
        cell.item as source_item
    from submission
    -- An interim report without any claim has one row without a name: it fails.
    left join cell on submission.submission_id = cell.submission_id
    where submission.form = 'interim'
),

expected_cell as (
    select
        expected_row.submission_id,
        expected_row.source_item,
        measure.measure
    from expected_row
    cross join measure
)

select
    expected_cell.submission_id,
    expected_cell.source_item,
    expected_cell.measure,
    submission.file,
    submission.sheet,
    cell.cell
from expected_cell
inner join submission on expected_cell.submission_id = submission.submission_id
left join cell
    on
        expected_cell.submission_id = cell.submission_id
        and expected_cell.source_item = cell.item
        and expected_cell.measure = cell.measure
where cell.number is null
