-- 最新の決算（見込）で残高の大きい債権はどれで、全体の何％を占めるか
-- 場面: 議会（決算審査）
with newest as (
    select
        *,
        sum(balance) over (partition by municipality_code, fiscal_year) as balance_of_all,
        row_number() over (
            partition by municipality_code, fiscal_year
            order by balance desc, claim_number asc
        ) as place
    from {{ mart('fct_collection') }}
    where form = 'annual' and scenario = 'actual'
    qualify {{ is_newest('fiscal_year') }}
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    place as 順位,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    department as 所属,
    balance as 残高,
    {{ measure_pct('share') }} as 構成比,
    collection_rate_pct as 徴収率
from newest
where place <= 10
order by municipality_code, place
