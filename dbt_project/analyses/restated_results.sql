-- 決算見込として報告された残高は、その後の調書でいくらに改められたか
-- 場面: 監査（決算審査）
with history as (
    select * from {{ mart('fct_collection_history') }}
    where form = 'annual' and scenario = 'actual'
),

beside as (
    select
        municipality_code,
        claim_number,
        claim_name,
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
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    {{ in_japanese('stage') }} as 段階,
    known_from as 改めた日時,
    balance_before as 前の残高,
    balance as 改めた残高,
    {{ measure('restated_by', value='balance', value_before='balance_before') }} as 改めた額,
    submission_id as 提出番号
from beside
where balance <> balance_before
order by municipality_code, fiscal_year, claim_number, known_from
