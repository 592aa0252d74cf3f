with finding as (
    select * from {{ ref('stg_finding') }}
),

submission as (
    select * from {{ ref('int_submission') }}
),

placed as (
    select
        finding.batch_id,
        finding.finding_no,
        finding.received_at,
        finding.submission_id,
        finding.municipality_code,
        finding.file,
        finding.sheet,
        finding.cell,
        finding.rule,
        finding.severity,
        finding.found,
        finding.expected,
        finding.waiver,
        finding.message,
        submission.form,
        submission.department,
        submission.claim_number,
        submission.fiscal_year,
        submission.as_of,
        coalesce(submission.in_force, false) as in_force
    from finding
    left join submission on finding.submission_id = submission.submission_id
)

select * from placed
