-- 最新の決算（見込）で残高の大きい債権はどれで、全体の何％を占めるか
-- 場面: 議会（決算審査）
with settlement as (
    select * from {{ mart('fct_collection') }}
    where scenario = 'actual' and stage in ('provisional', 'final')
),

newest as (
    select
        municipality_code,
        max(fiscal_year) as fiscal_year
    from settlement
    group by municipality_code
),

ranked as (
    select
        settlement.municipality_code,
        settlement.fiscal_year,
        settlement.claim_number,
        settlement.claim_name,
        settlement.department,
        settlement.balance,
        settlement.collection_rate_pct,
        sum(settlement.balance) over (
            partition by settlement.municipality_code
        ) as balance_of_all,
        row_number() over (
            partition by settlement.municipality_code
            order by settlement.balance desc, settlement.claim_number asc
        ) as place
    from settlement
    inner join newest
        on
            settlement.municipality_code = newest.municipality_code
            and settlement.fiscal_year = newest.fiscal_year
)

select
    municipality_code,
    fiscal_year,
    place,
    claim_number,
    claim_name,
    department,
    balance,
    {{ percent('balance', 'balance_of_all') }} as share_pct,
    collection_rate_pct
from ranked
where place <= 10
order by municipality_code, place
