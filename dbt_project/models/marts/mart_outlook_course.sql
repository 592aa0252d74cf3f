{%- set parts = ['prior', 'current'] -%}

with report as (
    select * from {{ ref('mart_balance_report') }}
),

settlement as (
    select * from {{ ref('fct_collection') }}
    where scenario = 'actual' and stage in ('provisional', 'final')
),

claim as (
    select * from {{ ref('dim_claim') }}
),

-- The earlier years of which both the same date and the settlement were reported.
course as (
    select
        report.municipality_code,
        report.as_of,
        report.claim_number,
        report.fiscal_year,
        report.claim_name,
        past.fiscal_year as past_fiscal_year,
        past.as_of as past_as_of,
        {% for part in parts -%}
        past.balance_{{ part }} as past_balance_{{ part }},
        settlement.balance_{{ part }} as past_settled_balance_{{ part }},
        {% endfor -%}
        past.balance as past_balance,
        settlement.balance as past_settled_balance
    from report
    inner join report as past
        on
            report.municipality_code = past.municipality_code
            and report.claim_number = past.claim_number
            and report.fiscal_year > past.fiscal_year
            and {{ years_before('report.fiscal_year - past.fiscal_year', 'report.as_of') }}
            = past.as_of
    inner join settlement
        on
            past.municipality_code = settlement.municipality_code
            and past.claim_number = settlement.claim_number
            and past.fiscal_year = settlement.fiscal_year
    left join claim
        on {{ claim_on(year_ends_on('report.fiscal_year'), 'report', 'claim') }}
    left join claim as claim_then
        on {{ claim_on(year_ends_on('past.fiscal_year'), 'past', 'claim_then') }}
    where
        -- Books that closed on another day tell nothing of this year's end,
        not {{ is_basis_break('claim', 'claim_then') }}
        -- and what was overpaid is no share that remained.
        and least(
            past.balance_prior,
            past.balance_current,
            settlement.balance_prior,
            settlement.balance_current
        ) >= 0
),

summed as (
    select
        {% for part in parts -%}
        sum(past_balance_{{ part }}) over of_claim as balance_sum_{{ part }},
        sum(past_settled_balance_{{ part }}) over of_claim as settled_sum_{{ part }},
        {% endfor -%}
        course.*
    from course
    window of_claim as (partition by municipality_code, as_of, claim_number)
),

fitted as (
    select
        {% for part in parts -%}
        {{ at_year_end(
            'past_balance_' ~ part, 'settled_sum_' ~ part, 'balance_sum_' ~ part
        ) }} as fitted_balance_{{ part }},
        {% endfor -%}
        summed.*
    from summed
),

in_total as (
    select
        *,
        {{ measure('fitted_balance') }} as fitted_balance
    from fitted
)

select
    municipality_code,
    as_of,
    claim_number,
    past_fiscal_year,
    fiscal_year,
    claim_name,
    past_as_of,
    past_balance_prior,
    past_settled_balance_prior,
    fitted_balance_prior,
    past_balance_current,
    past_settled_balance_current,
    fitted_balance_current,
    past_balance,
    past_settled_balance,
    fitted_balance,
    {{ measure('residual') }} as residual
from in_total
