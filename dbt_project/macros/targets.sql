{# Which way a target was moved, by the sign of the change: a lower balance to reach is stricter. #}
{% macro target_change_kind(change) -%}
    case
        when {{ change }} < 0 then 'stricter'
        when {{ change }} > 0 then 'looser'
        when {{ change }} = 0 then 'unchanged'
    end
{%- endmacro %}
