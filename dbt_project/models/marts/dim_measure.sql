with measure as (
    {% for name, parts in measures().items() -%}
    {%- set formula = measure_formula(name) -%}
    select
        {{ loop.index }} as no,
        '{{ name }}' as measure,
        '{{ parts.label }}' as label,
        {{ sql_text(parts.get('symbol')) }} as symbol,
        '{{ parts.unit }}' as unit,
        {{ sql_text(formula) }} as formula,
        {{ sql_text(measure_expression(name)) }} as expression,
        {{ sql_text(parts.get('numerator')) }} as numerator,
        {{ sql_text(parts.get('denominator')) }} as denominator
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
)

select
    measure,
    no,
    label,
    symbol,
    unit,
    formula,
    expression,
    numerator,
    denominator
from measure
