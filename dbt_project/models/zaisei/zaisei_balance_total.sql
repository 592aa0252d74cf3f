{{ config(alias='残高報告合計') }}

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    {{ dimension_in_japanese('dimension') }} as 集計単位,
    case dimension
        when 'class' then {{ claim_classes_in_japanese('member') }}
        else member
    end as 集計先,
    fiscal_year as 年度,
    claims as 債権数,
    previous_settlement_balance as 前年度決算残高,
    target_balance as 当年度目標,
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
    claims_without_previous_settlement as 前年度決算のない債権数,
    claims_without_target as 目標のない債権数,
    claims_without_last_year as 前年同月末のない債権数,
    claims_with_basis_break as 締めの変わった債権数
from {{ mart('mart_balance_total') }}
