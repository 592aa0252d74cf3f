{# A sum of yen as BIGINT. #}
{% macro yen_sum(column) -%}
    cast(sum({{ column }}) as bigint)
{%- endmacro %}

{# A sum that is NULL as soon as one part is missing: never mistaken for a full one. #}
{% macro complete_sum(column) -%}
    case when count({{ column }}) = count(*) then {{ yen_sum(column) }} end
{%- endmacro %}
