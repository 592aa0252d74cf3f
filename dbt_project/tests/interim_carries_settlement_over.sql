{#- ア of an interim report is ケ'' of the previous year's settlement, up to the coarser unit. -#}
with collection as (
    select * from {{ ref('fct_collection') }}
),

compared as (
    select
        interim.submission_id,
        interim.source_item,
        'carried_forward' as measure,
        interim.municipality_code,
        interim.claim_number,
        interim.as_of,
        interim.carried_forward,
        settlement.balance as settlement_balance,
        settlement.submission_id as settlement_submission_id,
        greatest(interim.unit_yen, settlement.unit_yen) as unit_yen
    from collection as interim
    inner join collection as settlement
        on
            interim.municipality_code = settlement.municipality_code
            and interim.claim_number = settlement.claim_number
            and interim.fiscal_year - 1 = settlement.fiscal_year
    where
        interim.stage = 'interim'
        and settlement.stage in ('provisional', 'final')
)

select * from compared
where
    abs(carried_forward - settlement_balance) >= unit_yen
    and submission_id not in {{ waived(['opening']) }}
