with submission as (
    select * from {{ ref('int_submission') }}
    where form = 'promotion' and status = 'accepted'
),

stated as (
    select
        submission_id,
        fiscal_year,
        {% for rate in ['rate_current', 'rate_prior'] -%}
        max(case when measure = '{{ rate }}' then try_cast(text as decimal(7, 2)) end)
            as {{ rate }}_pct,
        {% endfor -%}
        max(case when measure = 'uncollected_target' then number end) as uncollected_target
    from {{ ref('stg_cell') }}
    where block = 'settlement_target'
    group by submission_id, fiscal_year
),

described as (
    select
        stated.*,
        submission.municipality_code,
        submission.claim_name,
        submission.department,
        mention.claim_key,
        mention.claim_number,
        submission.fiscal_year as form_fiscal_year,
        submission.received_at
    from stated
    inner join submission on stated.submission_id = submission.submission_id
    inner join {{ ref('int_claim_mention') }} as mention
        on stated.submission_id = mention.submission_id
)

select
    submission_id,
    municipality_code,
    claim_key,
    claim_number,
    claim_name,
    department,
    fiscal_year,
    rate_current_pct,
    rate_prior_pct,
    uncollected_target,
    form_fiscal_year,
    received_at
from described
