{#
    The landing zone of the home that is built. Where it lies is told while models are run, not while
    the project is parsed: what was parsed serves every home.
#}
{% macro source(source_name, table_name) -%}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- if not execute -%} {{ return(relation) }} {%- endif -%}
    {%- set files = env_var('MISHUKIN_LANDING', 'landing') ~ '/*/' ~ table_name ~ '.parquet' -%}
    read_parquet({{ sql_text(files) }}, union_by_name = true, hive_partitioning = false)
{%- endmacro %}
