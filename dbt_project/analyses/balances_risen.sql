-- 前年度より残高が増えた債権はどれで、いくら増えたか
-- 場面: 対策会議（8月）
with chosen as (
    select * from {{ mart('mart_uncollected_by_year') }}
    where is_chosen and balance is not null
    qualify {{ is_newest('fiscal_year') }}
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_key as 債権,
    claim_name as 債権名,
    department as 所属,
    {{ in_japanese('form') }} as 様式,
    balance_last_year as 前年度の残高,
    balance as 残高,
    change as 増減額,
    {{ percent('change', 'balance_last_year') }} as 増減率
from chosen
where change > 0
order by municipality_code asc, change desc, claim_key asc
