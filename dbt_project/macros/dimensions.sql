{# The claims of a relation once for each total that they belong to: class, department, city. #}
{% macro by_dimension(relation) -%}
    {%- set dimensions = {
        'class': 'claim_classes',
        'department': 'department',
        'city': "'合計'",
    } -%}
    {% for dimension, member in dimensions.items() -%}
    select
        '{{ dimension }}' as dimension,
        {{ member }} as member,
        *
    from {{ relation }}
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
{%- endmacro %}
