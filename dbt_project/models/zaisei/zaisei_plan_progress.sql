{{ config(alias='計画の進捗') }}

select
    municipality_code as 自治体コード,
    department as 所属,
    claim_name as 債権名,
    claim_key as 債権キー,
    claim_number as 債権整理番号,
    plan as 計画,
    {{ in_japanese('measure', {'collection_rate': '収納率', 'uncollected': '収入未済額'}) }} as 項目,
    fiscal_year as 年度,
    {{ in_japanese('kind', {'actual': '決算値', 'target': '目標値'}) }} as 値の種別,
    value as 値,
    {{ in_japanese('unit', {'percent': '％', 'yen': '円'}) }} as 単位,
    is_total as 合計の行,
    {{ in_japanese('basis', {'plan': '計画', 'footnote': '注あり'}) }} as 定義,
    submission_id as 提出番号
from {{ mart('mart_plan_progress') }}
