-- 過年度分の整理（徴収・欠損・調定減）が進んでいない債権はどれか（整理率の低い順）
-- 場面: 対策会議（8月）
with newest as (
    select * from {{ mart('fct_collection') }}
    where form = 'annual' and scenario = 'actual'
    qualify {{ is_newest('fiscal_year') }}
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    department as 所属,
    carried_forward as 調定繰越額,
    settled_prior as 過年度分の整理額,
    settlement_rate_prior_pct as 過年度分の整理率,
    balance_prior as 過年度分の残高
from newest
where settlement_rate_prior_pct is not null
order by
    municipality_code asc, settlement_rate_prior_pct asc, balance_prior desc, claim_number asc
