-- 今年度のうちに消滅時効期間が満了しうる残高のある債権はどれか
-- 場面: 監査（督促・時効の管理）
with settled as (
    select * from {{ mart('fct_collection') }}
    where scenario = 'actual' and stage in ('provisional', 'final')
),

newest as (
    select * from settled
    qualify {{ is_newest('fiscal_year') }}
),

claim as (
    select * from {{ mart('dim_claim') }}
    where valid_to is null and limitation_years is not null
)

-- What became due in a year and is still owed expires that many years later, unless interrupted.
select
    newest.municipality_code as 自治体コード,
    newest.department as 所属,
    newest.claim_number as 債権整理番号,
    newest.claim_name as 債権名,
    claim.limitation_years as 時効期間,
    arisen.fiscal_year as 発生年度,
    arisen.balance_current as 発生年度末の現年度残高,
    newest.balance as 直近決算の残高,
    newest.fiscal_year + 1 as 満了する年度,
    least(arisen.balance_current, newest.balance) as 満了しうる残高の上限
from newest
inner join claim
    on
        newest.municipality_code = claim.municipality_code
        and newest.claim_number = claim.claim_number
inner join settled as arisen
    on
        newest.municipality_code = arisen.municipality_code
        and newest.claim_number = arisen.claim_number
        and newest.fiscal_year + 1 - claim.limitation_years = arisen.fiscal_year
where arisen.balance_current > 0 and newest.balance > 0
order by newest.municipality_code asc, 満了しうる残高の上限 desc, newest.claim_number asc
