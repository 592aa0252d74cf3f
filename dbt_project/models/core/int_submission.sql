with submission as (
    select * from {{ ref('stg_submission') }}
),

withdrawal as (
    select * from {{ ref('stg_withdrawal') }}
),

in_force as (
    select submission_id
    from {{ ref('int_submission_known') }}
    where known_to is null
),

version as (
    select
        submission.submission_id,
        submission.municipality_code,
        submission.form,
        submission.subject,
        submission.period,
        submission.received_at,
        withdrawal.submission_id is null as stands,
        row_number() over (
            partition by
                submission.municipality_code, submission.form, submission.subject, submission.period
            order by submission.received_at, submission.submission_id
        ) as version_no
    from submission
    left join withdrawal on submission.submission_id = withdrawal.submission_id
    where submission.status = 'accepted'
),

-- What was withdrawn supersedes nothing.
successor as (
    select
        submission_id,
        lead(submission_id) over (
            partition by municipality_code, form, subject, period
            order by version_no
        ) as superseded_by,
        lead(received_at) over (
            partition by municipality_code, form, subject, period
            order by version_no
        ) as superseded_at
    from version
    where stands
),

versioned as (
    select
        submission.submission_id,
        submission.batch_id,
        submission.received_at,
        submission.received_from,
        submission.reason,
        submission.municipality_code,
        submission.file,
        submission.file_sha256,
        submission.sheet,
        submission.form,
        submission.layout_version,
        submission.status,
        submission.claim_number,
        submission.claim_name,
        submission.claim_classes,
        submission.department,
        submission.section,
        submission.fiscal_year,
        submission.as_of,
        submission.unit_yen,
        submission.content_hash,
        submission.subject,
        submission.period,
        successor.superseded_by,
        successor.superseded_at,
        withdrawal.withdrawn_at,
        withdrawal.withdrawn_by,
        withdrawal.withdrawal_reason,
        cast(version.version_no as integer) as version_no,
        in_force.submission_id is not null as in_force
    from submission
    left join version on submission.submission_id = version.submission_id
    left join successor on submission.submission_id = successor.submission_id
    left join withdrawal on submission.submission_id = withdrawal.submission_id
    left join in_force on submission.submission_id = in_force.submission_id
)

select * from versioned
