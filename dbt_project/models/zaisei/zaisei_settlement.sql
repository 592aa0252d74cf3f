{{ config(alias='収納状況') }}

select
    municipality_code as 自治体コード,
    department as 所属,
    claim_name as 債権名,
    claim_key as 債権キー,
    claim_number as 債権整理番号,
    {{ claim_classes_in_japanese('claim_classes') }} as 債権区分,
    fiscal_year as 年度,
    assessed_current as 現年調定額,
    collected_current as 現年収入済額,
    rate_current_pct as 現年収納率,
    assessed_prior as 滞納繰越調定額,
    collected_prior as 滞納繰越収入済額,
    rate_prior_pct as 滞納繰越収納率,
    assessed as 調定額,
    collected as 収入済額,
    rate_pct as 収納率,
    written_off as 不納欠損額,
    uncollected as 収入未済額,
    uncollected_reported as 記入された収入未済額,
    debtors as 滞納者数,
    debtor_unit as 滞納者数の単位,
    carry_over_residual as 繰越の差,
    scope_note as 範囲の注,
    limitation_years as 記入された時効年数,
    submission_id as 提出番号
from {{ mart('mart_settlement') }}
