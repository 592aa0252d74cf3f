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

{# A balance within a year is no result of the year: added up, the days would count it again and again. #}
{% macro row_kind_in_japanese(scenario, is_interim) -%}
    case when {{ is_interim }} then '中間' else {{ scenario_in_japanese(scenario) }} end
{%- endmacro %}

{% macro target_kind_in_japanese(column) -%}
    {{ in_japanese(column, {
        'initial_target': '当初目標', 'revised_target': '修正目標',
        'plan_target': '計画の目標', 'sheet_target': '推進シートの目標',
    }) }}
{%- endmacro %}

{% macro basis_in_japanese(column) -%}
    {{ in_japanese(column, {
        'closing_period': '出納整理期間あり', 'year_end': '出納整理期間なし',
        'footnote': '計画表の注による',
    }) }}
{%- endmacro %}

{% macro target_change_kind_in_japanese(column) -%}
    {{ in_japanese(column, {
        'stricter': '厳しくした', 'looser': '緩めた', 'unchanged': '同額',
    }) }}
{%- endmacro %}

{% macro stage_in_japanese(column) -%}
    {{ in_japanese(column, {'provisional': '決算見込', 'final': '決算', 'interim': '中間'}) }}
{%- endmacro %}

{% macro part_in_japanese(column) -%}
    {{ in_japanese(column, {'prior': '過年度', 'current': '現年度', 'total': '合計'}) }}
{%- endmacro %}

{% macro dimension_in_japanese(column) -%}
    {{ in_japanese(column, {
        'claim': '債権', 'class': '債権区分', 'department': '所属', 'city': '全市',
    }) }}
{%- endmacro %}

{% macro status_group_in_japanese(column) -%}
    {{ in_japanese(column, {'recovery': '回収債権', 'disposal': '整理債権', 'all': '合計'}) }}
{%- endmacro %}

{% macro status_code_in_japanese(column) -%}
    case {{ column }} when 'all' then '計' else {{ column }} end
{%- endmacro %}

{% macro form_in_japanese(column) -%}
    {{ in_japanese(column, {
        'annual': '調書',
        'interim': '残高報告',
        'plan': '計画表',
        'claim_list': '債権一覧',
        'promotion': '債権管理推進シート',
        'city_target': '全市目標',
    }) }}
{%- endmacro %}

{% macro item_in_japanese(column) -%}
    {{ in_japanese(column, {
        'carried_forward': "ア 調定繰越額",
        'assessed_prior': "ウ 過年度調定額",
        'collected_prior': "エ 過年度徴収額",
        'written_off_prior': "オ 過年度不納欠損額",
        'assessed_current': "ウ'' 現年度調定額",
        'collected_current': "エ'' 現年度徴収額",
        'written_off_current': "オ'' 現年度不納欠損額",
        'balance_prior': "ケ 過年度未収金残高",
        'balance_current': "ケ'' 現年度未収金残高",
        'balance': "ケ'''' 未収金残高",
    }) }}
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

{# Whether the target will be met, and whether the interval leaves that open. #}
{% macro against_target_in_japanese(is_off_target, is_target_in_interval) -%}
    case {{ is_off_target }} when true then '未達の見込み' when false then '達成の見込み' end
    || case when {{ is_target_in_interval }} then '（区間内）' else '' end
{%- endmacro %}
