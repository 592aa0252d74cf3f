{{ config(alias='過年度の修正') }}

select
    municipality_code as 自治体コード,
    claim_number as 債権整理番号,
    fiscal_year as 年度,
    {{ scenario_in_japanese('scenario') }} as 区分,
    {{ item_in_japanese('measure') }} as 項目,
    form_fiscal_year as 改めた調書の年度,
    value_before as 前の値,
    value as 改めた値,
    restated_by as 改めた額,
    restated_at as 受付日時,
    submission_id_before as 前の提出番号,
    submission_id as 提出番号
from {{ mart('mart_restatement') }}
