with accepted as (
    select
        submission.submission_id,
        submission.municipality_code,
        submission.form,
        -- A department or claim that is written otherwise, but looks alike, is the same.
        {{ name_key('submission.subject') }} as subject,
        -- A table may speak of no year at all.
        coalesce(submission.period, '') as period,
        submission.received_at,
        withdrawal.withdrawn_at,
        cast(row_number() over (
            partition by
                submission.municipality_code,
                submission.form,
                {{ name_key('submission.subject') }},
                coalesce(submission.period, '')
            order by submission.received_at, submission.submission_id
        ) as integer) as version_no
    from {{ ref('stg_submission') }} as submission
    left join {{ ref('stg_withdrawal') }} as withdrawal
        on submission.submission_id = withdrawal.submission_id
    where submission.status = 'accepted'
),

-- When the state of one of them may change.
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

received_by_then as (
    select
        accepted.*,
        moment.moment,
        coalesce(accepted.withdrawn_at <= moment.moment, false) as is_withdrawn
    from accepted
    inner join moment
        on
            accepted.municipality_code = moment.municipality_code
            and accepted.form = moment.form
            and accepted.subject = moment.subject
            and accepted.period = moment.period
            and accepted.received_at <= moment.moment
),

-- What was withdrawn supersedes nothing, and nothing supersedes it.
state as (
    select
        submission_id,
        version_no,
        moment,
        is_withdrawn,
        case
            when not is_withdrawn
                then lead(submission_id) over (
                    partition by municipality_code, form, subject, period, moment, is_withdrawn
                    order by version_no
                )
        end as superseded_by,
        case
            when not is_withdrawn
                then lead(received_at) over (
                    partition by municipality_code, form, subject, period, moment, is_withdrawn
                    order by version_no
                )
        end as superseded_at
    from received_by_then
),

before as (
    select
        *,
        lag(moment) over (partition by submission_id order by moment) as moment_before,
        lag(is_withdrawn) over (partition by submission_id order by moment) as was_withdrawn,
        lag(superseded_by) over (partition by submission_id order by moment) as superseded_before
    from state
)

select
    submission_id,
    version_no,
    is_withdrawn,
    superseded_by,
    superseded_at,
    moment as known_from,
    lead(moment) over (partition by submission_id order by moment) as known_to,
    not is_withdrawn and superseded_by is null as in_force
from before
where
    moment_before is null
    or is_withdrawn <> was_withdrawn
    or superseded_by is distinct from superseded_before
