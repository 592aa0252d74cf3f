with settlement as (
    select
        settlement.*,
        {{ measure('uncollected') }} as uncollected,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_settlement') }} as settlement
    inner join {{ ref('int_submission_known') }} as submission_known
        on settlement.submission_id = submission_known.submission_id
),

-- Each sheet repeats the years before its own: the newest speaks.
newest as (
    {{ newest_known(
        'settlement',
        of=['municipality_code', 'claim_key', 'fiscal_year'],
        newest_first=['form_fiscal_year desc', 'received_at desc', 'submission_id desc'],
    ) }}
),

told as (
    {{ each_moment('newest', of=['municipality_code', 'claim_key']) }}
),

carried as (
    select
        told.*,
        -- Only amounts of one scope can be carried over into each other.
        case
            when told.scope_note is null and last_year.scope_note is null
                then {{ measure(
                    'carry_over_residual',
                    assessed_prior='told.assessed_prior',
                    uncollected_last_year='last_year.uncollected_reported',
                ) }}
        end as carry_over_residual
    from told
    left join told as last_year
        on
            told.municipality_code = last_year.municipality_code
            and told.claim_key = last_year.claim_key
            and told.moment = last_year.moment
            and told.fiscal_year - 1 = last_year.fiscal_year
),

known as (
    {{ spans('carried', same=['submission_id', 'fiscal_year', 'carry_over_residual']) }}
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
    submission_id,
    known_from,
    known_to
from known
