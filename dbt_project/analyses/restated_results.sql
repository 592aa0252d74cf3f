-- 決算見込として報告された残高は、その後の調書でいくらに改められたか
-- 場面: 監査（決算審査）
with history as (
    select * from {{ mart('fct_collection_history') }}
    where scenario = 'actual' and stage in ('provisional', 'final')
),

beside as (
    select
        municipality_code,
        claim_number,
        fiscal_year,
        stage,
        balance,
        known_from,
        submission_id,
        lag(balance) over (
            partition by municipality_code, claim_number, fiscal_year
            order by known_from
        ) as balance_before
    from history
)

select
    municipality_code,
    claim_number,
    fiscal_year,
    stage,
    known_from as restated_at,
    submission_id,
    balance_before,
    balance,
    balance - balance_before as restated_by
from beside
where balance <> balance_before
order by municipality_code, claim_number, fiscal_year, known_from
