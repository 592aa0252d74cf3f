{#
    The build begins with an empty file, and nobody reads it before it ends: a relation gets its
    name at once, where dbt's own materializations make it beside, move it and look for grants.
    What stands in the way, in a file that somebody builds again, goes first.
#}
{% materialization table, adapter='duckdb' %}
    {%- set table = this.incorporate(type='table') -%}
    {{ return(made(table, create_table_as(false, table, compiled_code))) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set view = this.incorporate(type='view') -%}
    {{ return(made(view, create_view_as(view, compiled_code))) }}
{% endmaterialization %}

{% macro made(relation, create) -%}
    {% do drop_relation_if_exists(load_cached_relation(relation)) %}
    {% call statement('main') -%}
        {{ create }}
        {{ comments(relation, model) }}
    {%- endcall %}
    {% do adapter.commit() %}
    {{ return({'relations': [relation]}) }}
{%- endmacro %}
