with submission as (
    select * from {{ ref('stg_submission') }}
),

version as (
    select
        submission_id,
        row_number() over (
            partition by municipality_code, form, subject, period
            order by received_at, submission_id
        ) as version_no,
        lead(submission_id) over (
            partition by municipality_code, form, subject, period
            order by received_at, submission_id
        ) as superseded_by,
        lead(received_at) over (
            partition by municipality_code, form, subject, period
            order by received_at, submission_id
        ) as superseded_at,
    from submission
    where status = 'accepted'
),

versioned as (
    select
        submission.*,
        cast(version.version_no as integer) as version_no,
        version.superseded_by,
        version.superseded_at,
        version.version_no is not null and version.superseded_by is null as in_force,
    from submission
    left join version on submission.submission_id = version.submission_id
)

select * from versioned
