-- 債務者1人（世帯・件）当たりの残高が大きい債権はどれか（少額多数か、高額少数か）
-- 場面: 対策会議（8月）
with newest as (
    select * from {{ mart('fct_collection') }}
    where form = 'annual' and scenario = 'actual' and stage = 'provisional'
    qualify {{ is_newest('fiscal_year') }}
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    department as 所属,
    debtors as 債務者数,
    cases as 件数,
    balance as 残高,
    balance // debtors as 債務者当たり残高_円未満切捨て
from newest
where debtors > 0
order by municipality_code asc, 債務者当たり残高_円未満切捨て desc, claim_number asc
