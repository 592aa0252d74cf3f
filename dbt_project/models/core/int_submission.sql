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
        ) as superseded_at
    from submission
    where status = 'accepted'
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
        version.superseded_by,
        version.superseded_at,
        cast(version.version_no as integer) as version_no,
        version.version_no is not null and version.superseded_by is null as in_force
    from submission
    left join version on submission.submission_id = version.submission_id
)

select * from versioned
