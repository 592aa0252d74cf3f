{{ config(alias='年度末の見込み合計') }}

{% set member -%}
    case dimension
        when 'class' then {{ claim_classes_in_japanese('member') }}
        else member
    end
{%- endset %}

{{ japanese_view('mart_outlook_total', {
    '集計先': member,
    '目標の見込み': against_target_in_japanese('is_off_target', 'is_target_in_interval'),
}) }}
