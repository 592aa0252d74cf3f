{# A mart by schema and name only, so that the SQL also runs in a copied database file. #}
{% macro mart(name) -%}
    {{ return(ref(name).include(database=false)) }}
{%- endmacro %}
