{%- set amounts = [
    'assessed_current', 'collected_current', 'assessed_prior', 'collected_prior',
    'assessed', 'collected', 'written_off', 'uncollected', 'debtors',
] -%}

with submission as (
    select * from {{ ref('int_submission') }}
    where form = 'promotion' and status = 'accepted'
),

cell as (
    select * from {{ ref('stg_cell') }}
    where block = 'settlement'
),

heading as (
    select
        submission_id,
        try_cast(max(case when measure = 'limitation_years' then number end) as integer)
            as limitation_years,
        max(case when measure = 'debtor_unit' then text end) as debtor_unit,
        max(case when measure = 'scope_note' then text end) as scope_note
    from cell
    where fiscal_year is null
    group by submission_id
),

stated as (
    select
        submission_id,
        fiscal_year,
        {% for rate in ['rate_current', 'rate_prior', 'rate'] -%}
        max(case when measure = '{{ rate }}' then try_cast(text as decimal(7, 2)) end)
            as {{ rate }},
        {% endfor -%}
        {% for amount in amounts[:-1] -%}
        max(case when measure = '{{ amount }}' then number end) as {{ amount }},
        {% endfor -%}
        max(case when measure = '{{ amounts[-1] }}' then number end) as {{ amounts[-1] }}
    from cell
    where fiscal_year is not null
    group by submission_id, fiscal_year
),

described as (
    select
        stated.*,
        submission.municipality_code,
        submission.claim_name,
        submission.claim_classes,
        submission.department,
        mention.claim_key,
        mention.claim_number,
        heading.debtor_unit,
        heading.scope_note,
        heading.limitation_years,
        submission.fiscal_year as form_fiscal_year,
        submission.received_at,
        submission.in_force
    from stated
    inner join submission on stated.submission_id = submission.submission_id
    inner join {{ ref('int_claim_mention') }} as mention
        on stated.submission_id = mention.submission_id
    left join heading on stated.submission_id = heading.submission_id
),

checked as (
    select
        *,
        coalesce({{ measure('assessed') }}, assessed) as assessed_in_all,
        coalesce({{ measure('collected') }}, collected) as collected_in_all
    from described
)

select
    submission_id,
    municipality_code,
    claim_key,
    claim_number,
    claim_name,
    claim_classes,
    department,
    fiscal_year,
    assessed_current,
    collected_current,
    assessed_prior,
    collected_prior,
    assessed_in_all as assessed,
    collected_in_all as collected,
    assessed as assessed_reported,
    collected as collected_reported,
    written_off,
    uncollected as uncollected_reported,
    rate_current as rate_current_reported,
    rate_prior as rate_prior_reported,
    rate as rate_reported,
    debtors,
    debtor_unit,
    limitation_years,
    scope_note,
    form_fiscal_year,
    received_at,
    in_force
from checked
