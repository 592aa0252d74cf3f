with finding as (
    select * from {{ ref('int_finding') }}
),

submission as (
    select * from {{ ref('mart_submission_history') }}
),

-- A finding changes with the submission that it is about; one about a whole file stays as it is.
placed as (
    select
        finding.batch_id,
        finding.finding_no,
        finding.received_at,
        finding.severity,
        finding.rule,
        finding.message,
        finding.found,
        finding.expected,
        finding.waiver,
        finding.municipality_code,
        finding.file,
        finding.sheet,
        finding.cell,
        finding.submission_id,
        finding.form,
        finding.department,
        finding.claim_number,
        finding.fiscal_year,
        finding.as_of,
        submission.known_to,
        coalesce(submission.in_force, false) as in_force,
        coalesce(submission.known_from, finding.received_at) as known_from
    from finding
    left join submission on finding.submission_id = submission.submission_id
)

select
    batch_id,
    finding_no,
    received_at,
    severity,
    rule,
    message,
    found,
    expected,
    waiver,
    municipality_code,
    file,
    sheet,
    cell,
    submission_id,
    form,
    department,
    claim_number,
    fiscal_year,
    as_of,
    in_force,
    known_from,
    known_to
from placed
