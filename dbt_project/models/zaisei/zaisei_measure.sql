{{ config(alias='指標') }}

select
    no as 順,
    label as 名称,
    symbol as 記号,
    {{ in_japanese('unit', {'yen': '円', 'ratio': '％', 'plan_unit': '計画表の単位'}) }} as 単位,
    formula as 計算式,
    measure as 列
from {{ mart('dim_measure') }}
