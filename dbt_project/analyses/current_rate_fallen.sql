-- 現年度分の徴収率が前年度より下がった債権はどれか（新たな滞納を抑えられているか）
-- 場面: 対策会議（8月）
with chosen as (
    select * from {{ mart('mart_uncollected_by_year') }}
    where is_chosen and balance is not null
),

newest as (
    select * from chosen
    qualify {{ is_newest('fiscal_year') }}
),

beside as (
    select
        newest.*,
        last_year.collection_rate_current_pct as rate_last_year,
        newest.collection_rate_current_pct - last_year.collection_rate_current_pct as points
    from newest
    inner join chosen as last_year
        on
            newest.municipality_code = last_year.municipality_code
            and newest.claim_key = last_year.claim_key
            and newest.fiscal_year - 1 = last_year.fiscal_year
    where not newest.is_basis_break
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_key as 債権,
    claim_name as 債権名,
    department as 所属,
    collection_rate_current_pct as 現年度分の徴収率,
    rate_last_year as 前年度の徴収率,
    points as 差_ポイント,
    balance_current as 現年度分の残高
from beside
where points < 0
order by municipality_code asc, points asc, claim_key asc
