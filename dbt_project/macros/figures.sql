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

{# The type of a figure of any table: as many decimals as a workbook can hold of a percentage. #}
{% macro exact_type() -%}
    decimal(38, 16)
{%- endmacro %}

{# What a JSON object says under a key, as text; NULL where it says nothing. #}
{% macro json_said(object, key) -%}
    {{ return(adapter.dispatch('json_said', 'mishukin')(object, key)) }}
{%- endmacro %}

{% macro duckdb__json_said(object, key) -%}
    json_extract_string({{ object }}, '$.{{ key }}')
{%- endmacro %}

{# A JSON object as text without some keys, the others in their order. #}
{% macro json_without(object, keys) -%}
    {{ return(adapter.dispatch('json_without', 'mishukin')(object, keys)) }}
{%- endmacro %}

{% macro duckdb__json_without(object, keys) -%}
    cast(to_json(map_from_entries([
        entry for entry in map_entries(cast(cast({{ object }} as json) as map(varchar, json)))
        if struct_extract(entry, 'key') not in ('{{ keys | join("', '") }}')
    ])) as varchar)
{%- endmacro %}
