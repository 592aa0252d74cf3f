{#-
    What is brought into a year against what the year before closed with. An actual and a revised
    target start from the result of the year before, an initial target from its revised target; a
    promotion sheet's 滞納繰越 starts from the 収入未済額 of the year before.
-#}
with collection as (
    select
        *,
        case scenario when 'initial_target' then 'revised_target' else 'actual' end
            as closing_scenario,
        least(as_of, {{ year_ends_on('fiscal_year') }}) as speaks_of,
        min(fiscal_year) over (partition by municipality_code, claim_number) as first_fiscal_year
    from {{ ref('fct_collection') }}
),

closing as (
    select * from collection
    where form = 'annual' and scenario in ('actual', 'revised_target')
),

claim as (
    select * from {{ ref('dim_claim') }}
),

sheet as (
    select
        settlement.*,
        submission.unit_yen,
        min(settlement.fiscal_year) over (
            partition by settlement.municipality_code, settlement.claim_key
        ) as first_fiscal_year
    from {{ ref('mart_settlement') }} as settlement
    inner join {{ ref('mart_submission') }} as submission
        on settlement.submission_id = submission.submission_id
),

of_form as (
    select
        opening.municipality_code,
        opening.claim_number as claim_key,
        opening.fiscal_year,
        opening.form,
        opening.scenario,
        opening.as_of,
        opening.claim_number,
        opening.claim_name,
        opening.department,
        opening.carried_forward,
        opening.closing_scenario,
        closing.balance as closing_balance,
        closing.submission_id as closing_submission_id,
        greatest(opening.unit_yen, closing.unit_yen) as unit_yen,
        opening.fiscal_year = opening.first_fiscal_year as is_first_year,
        {{ is_basis_break('claim', 'claim_last_year') }} as is_basis_break,
        false as differs_in_scope,
        opening.submission_id,
        opening.source_item
    from collection as opening
    left join closing
        on
            opening.municipality_code = closing.municipality_code
            and opening.claim_number = closing.claim_number
            and opening.fiscal_year - 1 = closing.fiscal_year
            and opening.closing_scenario = closing.scenario
    left join claim
        on {{ claim_on('opening.speaks_of', 'opening', 'claim') }}
    left join claim as claim_last_year
        on {{ claim_on(year_ends_on('opening.fiscal_year - 1'), 'opening', 'claim_last_year') }}
),

of_sheet as (
    select
        opening.municipality_code,
        opening.claim_key,
        opening.fiscal_year,
        'promotion' as form,
        'actual' as scenario,
        {{ year_closes_on('opening.fiscal_year', 'claim.basis') }} as as_of,
        opening.claim_number,
        opening.claim_name,
        opening.department,
        opening.assessed_prior as carried_forward,
        'actual' as closing_scenario,
        closing.uncollected_reported as closing_balance,
        closing.submission_id as closing_submission_id,
        greatest(opening.unit_yen, closing.unit_yen) as unit_yen,
        opening.fiscal_year = opening.first_fiscal_year as is_first_year,
        {{ is_basis_break('claim', 'claim_last_year') }} as is_basis_break,
        opening.scope_note is not null or closing.scope_note is not null as differs_in_scope,
        opening.submission_id,
        '' as source_item
    from sheet as opening
    left join sheet as closing
        on
            opening.municipality_code = closing.municipality_code
            and opening.claim_key = closing.claim_key
            and opening.fiscal_year - 1 = closing.fiscal_year
    left join claim
        on {{ claim_on(year_ends_on('opening.fiscal_year'), 'opening', 'claim', 'claim_key') }}
    left join claim as claim_last_year
        on {{
            claim_on(
                year_ends_on('opening.fiscal_year - 1'), 'opening', 'claim_last_year', 'claim_key'
            )
        }}
    where opening.assessed_prior is not null
),

beside as (
    select * from of_form
    union all
    select * from of_sheet
),

-- Closing balances that a newer form, or a newer version of the form, has replaced since.
replaced as (
    select
        municipality_code,
        claim_number,
        fiscal_year,
        scenario,
        balance
    from {{ ref('fct_collection_history') }}
    where form = 'annual' and known_to is not null
    union distinct
    select
        municipality_code,
        claim_number,
        fiscal_year,
        scenario,
        value_before as balance
    from {{ ref('mart_restatement') }}
    where measure = 'balance'
),

starts_from_replaced as (
    select distinct
        beside.submission_id,
        beside.source_item
    from beside
    inner join replaced
        on
            beside.municipality_code = replaced.municipality_code
            and beside.claim_number = replaced.claim_number
            and beside.fiscal_year - 1 = replaced.fiscal_year
            and beside.closing_scenario = replaced.scenario
            and abs(beside.carried_forward - replaced.balance) < beside.unit_yen
    where beside.form <> 'promotion'
),

measured as (
    select
        beside.*,
        {{ measure('opening_residual') }} as opening_residual,
        starts_from_replaced.submission_id is not null as is_restated
    from beside
    left join starts_from_replaced
        on
            beside.submission_id = starts_from_replaced.submission_id
            and beside.source_item = starts_from_replaced.source_item
            and beside.form <> 'promotion'
),

explained as (
    select
        *,
        case
            when closing_balance is null and carried_forward = 0 then 'new_claim'
            when closing_balance is null and is_first_year then 'first_year'
            when closing_balance is null then 'not_reported'
            when opening_residual = 0 then 'agrees'
            when differs_in_scope then 'scope'
            when is_basis_break then 'basis_break'
            when abs(opening_residual) < unit_yen then 'rounding'
            when is_restated then 'restated'
            -- A sheet has no 調定減少額: its 滞納繰越 has been reduced already.
            when form = 'promotion' then 'reduction'
        end as first_explanation
    from measured
),

-- What two claims have too much and too little in one form has moved from one to the other, also
-- where their books close on different days.
paired as (
    select
        *,
        count(*) over pair = 2 and sum(opening_residual) over pair = 0 as is_transferred
    from explained
    window pair as (
        partition by
            municipality_code, fiscal_year, form, scenario,
            case when form = 'interim' then as_of end,
            first_explanation, abs(opening_residual)
    )
),

concluded as (
    select
        *,
        coalesce(
            first_explanation,
            case when is_transferred then 'transferred' else 'unexplained' end
        ) as explanation
    from paired
)

select
    municipality_code,
    claim_key,
    fiscal_year,
    form,
    scenario,
    as_of,
    claim_number,
    claim_name,
    department,
    carried_forward,
    closing_balance,
    opening_residual,
    explanation,
    {{ in_japanese('explanation', 'opening_explanation') }} as note,
    unit_yen,
    closing_submission_id,
    submission_id,
    source_item
from concluded
