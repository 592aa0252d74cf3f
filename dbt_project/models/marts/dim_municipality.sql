with named as (
    {% for code, name in terms('municipalities').items() -%}
    select
        {{ sql_text(code) }} as municipality_code,
        {{ sql_text(name) }} as municipality_name
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

submitting as (
    select distinct municipality_code
    from {{ ref('int_submission') }}
),

every_municipality as (
    select municipality_code from named
    union distinct
    select municipality_code from submitting
)

select
    every_municipality.municipality_code,
    named.municipality_name
from every_municipality
left join named on every_municipality.municipality_code = named.municipality_code
