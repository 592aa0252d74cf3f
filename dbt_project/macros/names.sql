{#
    A name as it is compared, never as it is shown: without spaces and line breaks, with brackets,
    digits and letters of one width and case, 子ども as こども. A name that needs more is an alias.
#}
{% macro name_key(name) -%}
    {%- set wide = '（）［］｛｝〔〕，．＆０１２３４５６７８９'
        ~ 'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺヶヵ' -%}
    {%- set narrow = '()[]{}[],.&0123456789'
        ~ 'ABCDEFGHIJKLMNOPQRSTUVWXYZケカ' -%}
    replace(replace(
        translate(upper({{ name }}), '{{ wide }} 　' || chr(9) || chr(10) || chr(13), '{{ narrow }}'),
        '子ども', 'こども'), '子供', 'こども'
    )
{%- endmacro %}

{# What a claim without a number is known by: its name and who owns it, if the form says so. #}
{% macro claim_key_of_name(claim_name, department) -%}
    concat_ws('／', {{ claim_name }}, {{ department }})
{%- endmacro %}

{# The texts of a JSON list, a row each. #}
{% macro unnest_json_list(list) -%}
    {{ return(adapter.dispatch('unnest_json_list', 'mishukin')(list)) }}
{%- endmacro %}

{% macro duckdb__unnest_json_list(list) -%}
    unnest(cast(cast({{ list }} as json) as varchar[]))
{%- endmacro %}

{# A text as SQL writes it; NULL where there is none. #}
{% macro sql_text(text) -%}
    {%- if text is none -%} cast(null as varchar) {%- else -%} '{{ text | replace("'", "''") }}' {%- endif -%}
{%- endmacro %}
