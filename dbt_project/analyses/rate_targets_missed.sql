-- 債権管理推進シートの収納率の目標に届かなかった債権と年度はどれか
-- 場面: 推進会議（4月）
with settlement as (
    select * from {{ mart('mart_settlement') }}
),

target as (
    select * from {{ mart('mart_settlement_target') }}
)

select
    settlement.municipality_code as 自治体コード,
    settlement.fiscal_year as 年度,
    settlement.department as 所属,
    settlement.claim_name as 債権名,
    settlement.rate_current_pct as 現年の収納率,
    target.rate_current_pct as 現年の目標,
    settlement.rate_prior_pct as 滞納繰越の収納率,
    target.rate_prior_pct as 滞納繰越の目標,
    settlement.uncollected as 収入未済額,
    target.uncollected_target as 収入未済額の目標
from settlement
inner join target
    on
        settlement.municipality_code = target.municipality_code
        and settlement.claim_key = target.claim_key
        and settlement.fiscal_year = target.fiscal_year
where
    settlement.rate_current_pct < target.rate_current_pct
    or settlement.rate_prior_pct < target.rate_prior_pct
order by settlement.municipality_code, settlement.fiscal_year, settlement.claim_key
