with accepted as (
    select
        submission.submission_id,
        submission.municipality_code,
        submission.form,
        submission.subject,
        submission.period,
        submission.received_at,
        withdrawal.withdrawn_at
    from {{ ref('stg_submission') }} as submission
    left join {{ ref('stg_withdrawal') }} as withdrawal
        on submission.submission_id = withdrawal.submission_id
    where submission.status = 'accepted'
),

-- When the answer to "which one is in force?" may change.
moment as (
    select
        municipality_code,
        form,
        subject,
        period,
        received_at as moment
    from accepted
    union distinct
    select
        municipality_code,
        form,
        subject,
        period,
        withdrawn_at as moment
    from accepted
    where withdrawn_at is not null
),

-- The newest one that had arrived by then and was not withdrawn; none, if all were.
ranked as (
    select
        moment.municipality_code,
        moment.form,
        moment.subject,
        moment.period,
        moment.moment,
        accepted.submission_id,
        row_number() over (
            partition by
                moment.municipality_code, moment.form, moment.subject, moment.period, moment.moment
            order by accepted.received_at desc, accepted.submission_id desc
        ) as nth
    from moment
    left join accepted
        on
            moment.municipality_code = accepted.municipality_code
            and moment.form = accepted.form
            and moment.subject = accepted.subject
            and moment.period = accepted.period
            and moment.moment >= accepted.received_at
            and moment.moment < coalesce(accepted.withdrawn_at, {{ end_of_time() }})
),

answer as (
    select
        *,
        lag(submission_id) over (
            partition by municipality_code, form, subject, period
            order by moment
        ) as submission_id_before
    from ranked
    where nth = 1
),

span as (
    select
        submission_id,
        moment as known_from,
        lead(moment) over (
            partition by municipality_code, form, subject, period
            order by moment
        ) as known_to
    from answer
    where submission_id is distinct from submission_id_before
)

select
    submission_id,
    known_from,
    known_to
from span
where submission_id is not null
