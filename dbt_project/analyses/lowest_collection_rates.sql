-- 徴収率の低い債権はどれか（低い順）
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
    collection_rate_pct as 徴収率,
    collection_rate_current_pct as 現年度分の徴収率,
    collection_rate_prior_pct as 過年度分の徴収率,
    balance as 残高
from newest
where collection_rate_pct is not null
order by municipality_code asc, collection_rate_pct asc, balance desc, claim_number asc
