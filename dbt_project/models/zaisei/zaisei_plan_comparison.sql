{{ config(alias='計画の比較') }}

select
    municipality_code as 自治体コード,
    department as 所属,
    claim_name as 債権名,
    claim_key as 債権キー,
    claim_number as 債権整理番号,
    plan as 計画,
    {{ in_japanese('measure', {'collection_rate': '収納率', 'uncollected': '収入未済額'}) }} as 項目,
    fiscal_year as 年度,
    baseline_actual_year as 基準年度,
    baseline_actual as 基準決算値,
    target as 目標値,
    actual as 決算値,
    next_target as 翌年度目標値,
    vs_baseline as 基準との差,
    vs_target as 目標との差,
    vs_next_target as 翌年度目標との差,
    reported_vs_baseline as 印刷された基準との差,
    reported_vs_target as 印刷された目標との差,
    reported_vs_next_target as 印刷された翌年度目標との差,
    case when has_target then '目標あり' else '目標なし' end as 目標の有無,
    {{ in_japanese('unit', {'percent': '％', 'yen': '円'}) }} as 単位,
    is_total as 合計の行,
    {{ in_japanese('basis', {'plan': '計画', 'footnote': '注あり'}) }} as 定義,
    submission_id as 提出番号
from {{ mart('mart_plan_comparison') }}
