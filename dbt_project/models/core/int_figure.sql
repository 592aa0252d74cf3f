{#-
    Every figure of the tables that layouts describe as data. What it means stands in the landed item,
    a JSON object; what has a column here is left out of `dimensions`.
-#}
{%- set own = ['claim_number', 'claim_name', 'department', 'scenario', 'part', 'unit'] -%}

with submission as (
    select * from {{ ref('int_submission') }}
    where status = 'accepted'
),

landed as (
    select
        submission_id,
        item as source_item,
        cell,
        measure,
        fiscal_year,
        number,
        text,
        {% for key in own -%}
        {{ json_said('item', key) }} as {{ key }},
        {% endfor -%}
        {{ json_said('item', 'municipality') }} as other_municipality_code,
        cast({{ json_said('item', 'as_of') }} as date) as own_as_of,
        {{ json_said('item', 'claim_classes') }} as claim_classes,
        coalesce({{ json_said('item', 'total') }} = 'true', false) as is_total,
        {{ json_without('item', own + ['municipality', 'as_of', 'total']) }} as dimensions,
        coalesce(cast(number as {{ exact_type() }}), try_cast(text as {{ exact_type() }})) as value
    from {{ ref('stg_cell') }}
    where block = 'figure'
),

described as (
    select
        landed.submission_id,
        landed.source_item,
        submission.municipality_code as told_by,
        landed.claim_number,
        landed.claim_name,
        landed.claim_classes,
        landed.department,
        landed.fiscal_year,
        landed.scenario,
        landed.part,
        landed.measure,
        landed.unit,
        landed.dimensions,
        landed.number,
        landed.text,
        landed.value,
        landed.is_total,
        submission.period,
        submission.sheet,
        landed.cell,
        submission.received_at,
        submission.in_force,
        coalesce(landed.other_municipality_code, submission.municipality_code)
            as municipality_code,
        regexp_replace(submission.layout_version, '-[^-]*$', '') as layout,
        -- A figure that tells neither year nor day speaks of the day of its sheet.
        coalesce(
            landed.own_as_of,
            case when landed.fiscal_year is null then submission.as_of end
        ) as as_of
    from landed
    inner join submission on landed.submission_id = submission.submission_id
)

select * from described
