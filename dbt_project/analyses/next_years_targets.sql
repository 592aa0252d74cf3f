-- 翌年度の当初目標は、今年度の実績からいくら減らす計画か
-- 場面: 推進会議（4月）
with collection as (
    select * from {{ mart('fct_collection') }}
    where form = 'annual'
),

result as (
    select * from collection
    where scenario = 'actual'
    qualify {{ is_newest('fiscal_year') }}
),

target as (
    select
        *,
        coalesce(scenario = 'revised_target', false) as is_revised
    from collection
    -- A target left blank on the form is 0.
    where scenario in ('initial_target', 'revised_target') and balance > 0
    qualify row_number() over (
        partition by municipality_code, claim_number, fiscal_year
        order by is_revised desc
    ) = 1
)

select
    result.municipality_code as 自治体コード,
    target.fiscal_year as 目標の年度,
    result.claim_number as 債権整理番号,
    result.claim_name as 債権名,
    result.department as 所属,
    result.balance as 実績,
    target.balance as 翌年度の目標,
    {{ in_japanese('target.scenario', 'target_kind') }} as 目標の種別,
    {{ measure(
        'decrease', previous_settlement_balance='result.balance', balance='target.balance'
    ) }} as 縮減額
from result
inner join target
    on
        result.municipality_code = target.municipality_code
        and result.claim_number = target.claim_number
        and target.fiscal_year = result.fiscal_year + 1
order by result.municipality_code asc, 縮減額 asc, result.claim_number asc
