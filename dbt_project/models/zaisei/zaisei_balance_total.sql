{{ config(alias='残高報告合計') }}

{% set member -%}
    case dimension
        when 'class' then {{ claim_classes_in_japanese('member') }}
        else member
    end
{%- endset %}

{{ japanese_view('mart_balance_total', {'集計先': member}) }}
