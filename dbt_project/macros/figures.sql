{#
    A figure of stg_cell that may be yen or a percentage: whole yen stand in `number`, a percentage
    in `text`, and DECIMAL(18,2) holds both exactly.
#}
{% macro figure_of_cell() -%}
    cast(coalesce(cast(number as varchar), text) as {{ figure_type() }})
{%- endmacro %}

{% macro figure_type() -%}
    decimal(18, 2)
{%- endmacro %}
