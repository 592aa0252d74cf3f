{{ config(alias='繰越額の照合') }}

select
    municipality_code as 自治体コード,
    claim_key as 債権,
    fiscal_year as 年度,
    {{ form_in_japanese('form') }} as 様式,
    {{ row_kind_in_japanese('scenario', "form = 'interim'") }} as 区分,
    as_of as 基準日,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    department as 所属,
    carried_forward as 繰越額,
    closing_balance as 前年度末残高,
    opening_residual as 差,
    note as 説明,
    closing_submission_id as 前年度末残高の提出番号,
    submission_id as 提出番号,
    source_item as 様式の行
from {{ mart('mart_opening_balance') }}
