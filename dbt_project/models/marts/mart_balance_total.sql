with report as (
    select * from {{ ref('mart_balance_report') }}
),

part as (
    {{ by_dimension('report') }}
),

total as (
    select
        municipality_code,
        as_of,
        fiscal_year,
        dimension,
        member,
        cast(count(*) as integer) as claims,
        {{ complete_sum('previous_settlement_balance') }} as previous_settlement_balance,
        {{ complete_sum('target_balance') }} as target_balance,
        {{ yen_sum('balance_current') }} as balance_current,
        {{ yen_sum('balance_prior') }} as balance_prior,
        {{ yen_sum('balance') }} as balance,
        {{ complete_sum('balance_last_year') }} as balance_last_year,
        {{ complete_sum('change') }} as change,
        {{ complete_sum('decrease') }} as decrease,
        {{ yen_sum('assessed_current') }} as assessed_current,
        {{ yen_sum('collected_current') }} as collected_current,
        {{ yen_sum('assessed_prior') }} as assessed_prior,
        {{ yen_sum('collected_prior') }} as collected_prior,
        {{ complete_sum('cases') }} as cases,
        {{ complete_sum('debtors') }} as debtors,
        cast(count(*) - count(previous_settlement_balance) as integer)
            as claims_without_previous_settlement,
        cast(count(*) - count(target_balance) as integer) as claims_without_target,
        cast(count(*) - count(balance_last_year) as integer) as claims_without_last_year,
        cast(sum(case when is_basis_break then 1 else 0 end) as integer) as claims_with_basis_break
    from part
    group by municipality_code, as_of, fiscal_year, dimension, member
)

select
    municipality_code,
    as_of,
    dimension,
    member,
    fiscal_year,
    claims,
    previous_settlement_balance,
    target_balance,
    balance_current,
    balance_prior,
    balance,
    balance_last_year,
    change,
    decrease,
    {{ measures_and_pct(['achievement_rate']) }},
    assessed_current,
    collected_current,
    assessed_prior,
    collected_prior,
    {{ collection_rates() }},
    cases,
    debtors,
    claims_without_previous_settlement,
    claims_without_target,
    claims_without_last_year,
    claims_with_basis_break
from total
