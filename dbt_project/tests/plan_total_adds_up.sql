{#- 合計 of a plan table of amounts is the sum of its rows; a blank counts as nothing. -#}
{%- set figures = ['baseline_actual', 'target', 'actual', 'next_target'] -%}

with plan_row as (
    select * from {{ ref('int_plan_row') }}
    where unit = 'yen' and in_force
),

part as (
    select
        submission_id,
        {% for figure in figures -%}
        sum(coalesce({{ figure }}, 0)) as {{ figure }},
        {% endfor -%}
        count(*) as parts
    from plan_row
    where not is_total
    group by submission_id
),

total as (
    select * from plan_row
    where is_total
),

compared as (
    {% for figure in figures -%}
    select
        total.submission_id,
        total.source_item,
        '{{ figure }}' as measure,
        total.municipality_code,
        total.{{ figure }} as reported,
        part.{{ figure }} as computed,
        part.parts,
        total.unit_yen
    from total
    inner join part on total.submission_id = part.submission_id
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
)

-- Amounts rounded to 千円 one by one may miss their rounded total by half a unit each.
select * from compared
where
    2 * abs(coalesce(reported, 0) - computed) > (parts + 1) * unit_yen
    and submission_id not in {{ waived(['grand_total', 'parts']) }}
