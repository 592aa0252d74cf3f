{#- Classes, departments and the city each add up to the claims of the report. -#}
{%- set measures = [
    'balance_current', 'balance_prior', 'balance',
    'assessed_current', 'collected_current', 'assessed_prior', 'collected_prior',
] -%}

with part as (
    {% for measure in measures -%}
    select
        municipality_code,
        as_of,
        '{{ measure }}' as measure,
        sum({{ measure }}) as of_parts,
        count(*) as parts
    from {{ ref('mart_balance_report') }}
    group by municipality_code, as_of
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

total as (
    {% for measure in measures -%}
    select
        municipality_code,
        as_of,
        dimension,
        '{{ measure }}' as measure,
        sum({{ measure }}) as of_totals,
        sum(claims) as claims
    from {{ ref('mart_balance_total') }}
    group by municipality_code, as_of, dimension
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

compared as (
    select
        total.dimension,
        part.of_parts,
        total.of_totals,
        part.parts,
        total.claims,
        coalesce(part.municipality_code, total.municipality_code) as municipality_code,
        coalesce(part.as_of, total.as_of) as as_of,
        coalesce(part.measure, total.measure) as measure
    from part
    full join total
        on
            part.municipality_code = total.municipality_code
            and part.as_of = total.as_of
            and part.measure = total.measure
)

select * from compared
where of_parts is distinct from of_totals or parts is distinct from claims
