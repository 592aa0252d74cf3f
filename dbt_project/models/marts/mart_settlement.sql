with settlement as (
    select
        *,
        {{ measure('uncollected') }} as uncollected
    from {{ ref('int_settlement') }}
    where is_newest
),

carried as (
    select
        settlement.*,
        -- Only amounts of one scope can be carried over into each other.
        case
            when settlement.scope_note is null and last_year.scope_note is null
                then {{ measure(
                    'carry_over_residual',
                    assessed_prior='settlement.assessed_prior',
                    uncollected_last_year='last_year.uncollected_reported',
                ) }}
        end as carry_over_residual
    from settlement
    left join settlement as last_year
        on
            settlement.municipality_code = last_year.municipality_code
            and settlement.claim_key = last_year.claim_key
            and settlement.fiscal_year - 1 = last_year.fiscal_year
)

select
    municipality_code,
    claim_name,
    claim_key,
    claim_number,
    claim_classes,
    department,
    fiscal_year,
    assessed_current,
    collected_current,
    {{ measure_pct('rate_current', 2) }} as rate_current_pct,
    assessed_prior,
    collected_prior,
    {{ measure_pct('rate_prior', 2) }} as rate_prior_pct,
    assessed,
    collected,
    {{ measure_pct('rate', 2) }} as rate_pct,
    written_off,
    uncollected,
    uncollected_reported,
    rate_current_reported,
    rate_prior_reported,
    rate_reported,
    debtors,
    debtor_unit,
    carry_over_residual,
    scope_note,
    limitation_years,
    submission_id
from carried
