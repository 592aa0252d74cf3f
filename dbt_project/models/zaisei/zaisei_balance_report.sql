{{ config(alias='残高報告') }}

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    {{ claim_classes_in_japanese('claim_classes') }} as 債権区分,
    department as 所属,
    fiscal_year as 年度,
    previous_settlement_balance as 前年度決算残高,
    target_balance as 当年度目標,
    {{ target_kind_in_japanese('target_kind') }} as 目標の種別,
    balance_current as 現年度残高,
    balance_prior as 過年度残高,
    balance as 残高,
    balance_last_year as 前年同月末残高,
    change as 増減額,
    decrease as 縮減額,
    achievement_rate_pct as 目標達成率,
    collection_rate_current_pct as 現年度徴収率,
    collection_rate_prior_pct as 過年度徴収率,
    collection_rate_pct as 徴収率,
    cases as 件数,
    debtors as 債務者数,
    is_basis_break as 締めの変更,
    note as 注記,
    submission_id as 提出番号
from {{ mart('mart_balance_report') }}
