with received as (
    select
        submission.submission_id,
        submission.municipality_code,
        submission.form,
        submission.subject,
        submission.period,
        submission.received_at as known_from,
        withdrawal.withdrawn_at as known_to
    from {{ ref('stg_submission') }} as submission
    left join {{ ref('stg_withdrawal') }} as withdrawal
        on submission.submission_id = withdrawal.submission_id
    where submission.status = 'accepted'
),

in_force as (
    {{ newest_known(
        'received',
        of=['municipality_code', 'form', 'subject', 'period'],
        newest_first=['known_from desc', 'submission_id desc'],
    ) }}
)

select
    submission_id,
    known_from,
    known_to
from in_force
