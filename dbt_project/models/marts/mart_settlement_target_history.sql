with stated as (
    select
        stated.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_settlement_target') }} as stated
    inner join {{ ref('int_submission_known') }} as submission_known
        on stated.submission_id = submission_known.submission_id
),

-- Sheets repeat years: the newest speaks.
newest as (
    {{ newest_known(
        'stated',
        of=['municipality_code', 'claim_key', 'fiscal_year'],
        newest_first=['form_fiscal_year desc', 'received_at desc', 'submission_id desc'],
    ) }}
)

select
    municipality_code,
    claim_name,
    claim_key,
    claim_number,
    department,
    fiscal_year,
    rate_current_pct,
    rate_prior_pct,
    uncollected_target,
    submission_id,
    known_from,
    known_to
from newest
