{# The codes of the marts as staff read them in the views of schema 財政. #}
{% macro in_japanese(column, labels) -%}
    case {{ column }}
        {%- for code, label in labels.items() %}
        when '{{ code }}' then '{{ label }}'
        {%- endfor %}
    end
{%- endmacro %}

{% macro scenario_in_japanese(column) -%}
    {{ in_japanese(column, {
        'actual': '実績', 'initial_target': '当初目標', 'revised_target': '修正目標',
    }) }}
{%- endmacro %}

{% macro target_kind_in_japanese(column) -%}
    {{ in_japanese(column, {'initial_target': '当初目標', 'revised_target': '修正目標'}) }}
{%- endmacro %}

{% macro stage_in_japanese(column) -%}
    {{ in_japanese(column, {'provisional': '決算見込', 'final': '決算', 'interim': '中間'}) }}
{%- endmacro %}

{% macro part_in_japanese(column) -%}
    {{ in_japanese(column, {'prior': '過年度', 'current': '現年度', 'total': '合計'}) }}
{%- endmacro %}

{% macro dimension_in_japanese(column) -%}
    {{ in_japanese(column, {'class': '債権区分', 'department': '所属', 'city': '全市'}) }}
{%- endmacro %}

{% macro form_in_japanese(column) -%}
    {{ in_japanese(column, {'annual': '調書', 'interim': '残高報告'}) }}
{%- endmacro %}

{# A claim may have several classes, comma-joined: the longer code first, it contains the shorter. #}
{% macro claim_classes_in_japanese(column) -%}
    replace(replace(replace(replace(
        {{ column }},
        'non_enforceable', '非強制徴収公債権'),
        'enforceable', '強制徴収公債権'),
        'private', '私債権'),
        ',', '・'
    )
{%- endmacro %}
