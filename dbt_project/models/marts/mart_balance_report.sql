with collection as (
    select * from {{ ref('fct_collection') }}
),

interim as (
    select * from collection
    where stage = 'interim'
),

settlement as (
    select * from collection
    where scenario = 'actual' and stage in ('provisional', 'final')
),

revised_target as (
    select * from collection
    where scenario = 'revised_target'
),

initial_target as (
    select * from collection
    where scenario = 'initial_target'
),

claim as (
    select * from {{ ref('dim_claim') }}
),

compared as (
    select
        interim.*,
        settlement.balance as previous_settlement_balance,
        last_year.balance as balance_last_year,
        coalesce(revised_target.balance, initial_target.balance) as target_balance,
        case
            when revised_target.balance is not null then 'revised_target'
            when initial_target.balance is not null then 'initial_target'
        end as target_kind,
        {{ is_basis_break('claim', 'claim_last_year') }} as is_basis_break
    from interim
    left join settlement
        on
            interim.municipality_code = settlement.municipality_code
            and interim.claim_number = settlement.claim_number
            and interim.fiscal_year - 1 = settlement.fiscal_year
    left join revised_target
        on
            interim.municipality_code = revised_target.municipality_code
            and interim.claim_number = revised_target.claim_number
            and interim.fiscal_year = revised_target.fiscal_year
    left join initial_target
        on
            interim.municipality_code = initial_target.municipality_code
            and interim.claim_number = initial_target.claim_number
            and interim.fiscal_year = initial_target.fiscal_year
    left join interim as last_year
        on
            interim.municipality_code = last_year.municipality_code
            and interim.claim_number = last_year.claim_number
            and {{ one_year_before('interim.as_of') }} = last_year.as_of
    left join claim
        on {{ claim_on('interim.as_of', 'interim', 'claim') }}
    left join claim as claim_last_year
        on {{ claim_on(one_year_before('interim.as_of'), 'interim', 'claim_last_year') }}
),

noted as (
    select
        *,
        -- Balances of books that close otherwise are not comparable.
        case when not is_basis_break then {{ measure('change') }} end as change,
        case when not is_basis_break then {{ measure('decrease') }} end as decrease,
        {{ measures_and_pct(['achievement_rate']) }},
        nullif(
            concat_ws(
                '、',
                case when previous_settlement_balance is null then '前年度決算の提出なし' end,
                case when target_balance is null then '当年度目標の提出なし' end,
                case when balance_last_year is null then '前年同月末の報告なし' end,
                case when is_basis_break then '残高の締めが変わったため前年と比較しない' end
            ),
            ''
        ) as note
    from compared
)

select
    municipality_code,
    as_of,
    claim_number,
    fiscal_year,
    claim_name,
    claim_classes,
    department,
    previous_settlement_balance,
    target_balance,
    target_kind,
    balance_current,
    balance_prior,
    balance,
    balance_last_year,
    change,
    decrease,
    achievement_rate,
    achievement_rate_pct,
    assessed_current,
    collected_current,
    assessed_prior,
    collected_prior,
    collection_rate_current,
    collection_rate_current_pct,
    collection_rate_prior,
    collection_rate_prior_pct,
    collection_rate,
    collection_rate_pct,
    cases,
    debtors,
    is_basis_break,
    note,
    submission_id
from noted
