{{ config(alias='収納目標') }}

select
    municipality_code as 自治体コード,
    department as 所属,
    claim_name as 債権名,
    claim_key as 債権キー,
    claim_number as 債権整理番号,
    fiscal_year as 年度,
    rate_current_pct as 現年収納率目標,
    rate_prior_pct as 滞納繰越収納率目標,
    uncollected_target as 収入未済額目標,
    submission_id as 提出番号
from {{ mart('mart_settlement_target') }}
