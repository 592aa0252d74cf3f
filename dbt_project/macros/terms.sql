{# The words of the field, as `terms/` tells them to Python and to dbt. #}
{% macro terms(of) %}
    {{ return(fromjson(env_var('MISHUKIN_TERMS_' ~ of | upper))) }}
{% endmacro %}

{# Rows that are told, with a column for each key of theirs: `columns` is column → key. #}
{% macro told_rows(rows, columns) -%}
    {%- for row in rows %}
select
    {%- for column, key in columns.items() %}
    {{ row[key] if row[key] is number else sql_text(row.get(key)) }} as {{ column }}
    {%- if not loop.last %},{% endif -%}
    {%- endfor %}
{% if not loop.last %}union all{% endif -%}
    {%- endfor -%}
{%- endmacro %}

{# A code as staff read it. `of` is the list it is of: by default the one of the column's name. #}
{% macro in_japanese(column, of=none) -%}
    {%- set of = of or column.split('.')[-1] -%}
    {%- if of == 'claim_classes' -%}
    {{ claim_classes_in_japanese(column) }}
    {%- else -%}
    {{ labelled(column, terms('labels')[of]) }}
    {%- endif -%}
{%- endmacro %}

{# A code as staff read it, where the list may have no word for it: then as it was told. #}
{% macro as_told(column, of=none) -%}
    {{ labelled(column, terms('labels')[of or column], otherwise=column) }}
{%- endmacro %}

{# A code as `labels` has it; another is `otherwise`, or NULL. #}
{% macro labelled(column, labels, otherwise=none) -%}
    case {{ column }}
        {%- for code, label in labels.items() %}
        when '{{ code }}' then {{ sql_text(label) }}
        {%- endfor %}
        {%- if otherwise %}
        else {{ otherwise }}
        {%- endif %}
    end
{%- endmacro %}

{# A balance within a year is no result of the year: added up, the days would count it again and again. #}
{% macro row_kind_in_japanese(scenario, is_interim) -%}
    case when {{ is_interim }} then '中間' else {{ in_japanese(scenario) }} end
{%- endmacro %}

{# A claim may have several classes, comma-joined: the longer code first, it contains the shorter. #}
{% macro claim_classes_in_japanese(column) -%}
    {%- set classes = terms('labels')['claim_class'] -%}
    {%- set by_length = [] -%}
    {%- for code in classes -%} {%- do by_length.append((code | length, code)) -%} {%- endfor -%}
    replace({{ 'replace(' * (classes | length) }}
        {{ column }},
        {%- for _, code in by_length | sort(reverse=true) %}
        '{{ code }}', '{{ classes[code] }}'),
        {%- endfor %}
        ',', '・'
    )
{%- endmacro %}

{# Whether the target will be met, and whether the interval leaves that open. #}
{% macro against_target_in_japanese(is_off_target, is_target_in_interval) -%}
    case {{ is_off_target }} when true then '未達の見込み' when false then '達成の見込み' end
    || case when {{ is_target_in_interval }} then '（区間内）' else '' end
{%- endmacro %}
