with submission as (
    select * from {{ ref('int_submission') }}
),

state as (
    select * from {{ ref('int_submission_state') }}
),

finding as (
    select
        submission_id,
        cast(sum(case when severity = 'error' then 1 else 0 end) as integer) as errors,
        cast(sum(case when severity = 'warning' then 1 else 0 end) as integer) as warnings,
        cast(sum(case when severity = 'info' then 1 else 0 end) as integer) as infos,
        cast(count(waiver) as integer) as waived
    from {{ ref('int_finding') }}
    where submission_id is not null
    group by submission_id
),

counted as (
    select
        submission.submission_id,
        submission.batch_id,
        submission.received_at,
        submission.received_from,
        submission.reason,
        submission.municipality_code,
        submission.form,
        submission.department,
        submission.section,
        submission.claim_number,
        submission.claim_name,
        submission.claim_classes,
        submission.fiscal_year,
        submission.as_of,
        submission.file,
        submission.sheet,
        submission.status,
        state.version_no,
        state.superseded_by,
        state.superseded_at,
        submission.unit_yen,
        submission.layout_version,
        submission.file_sha256,
        submission.content_hash,
        state.known_to,
        case when state.is_withdrawn then submission.withdrawn_at end as withdrawn_at,
        case when state.is_withdrawn then submission.withdrawn_by end as withdrawn_by,
        case when state.is_withdrawn then submission.withdrawal_reason end as withdrawal_reason,
        -- What was returned has no version, and stays as it came.
        coalesce(state.known_from, submission.received_at) as known_from,
        coalesce(state.in_force, false) as in_force,
        coalesce(finding.errors, 0) as errors,
        coalesce(finding.warnings, 0) as warnings,
        coalesce(finding.infos, 0) as infos,
        coalesce(finding.waived, 0) as waived
    from submission
    left join state on submission.submission_id = state.submission_id
    left join finding on submission.submission_id = finding.submission_id
)

select
    submission_id,
    batch_id,
    received_at,
    received_from,
    reason,
    municipality_code,
    form,
    department,
    section,
    claim_number,
    claim_name,
    claim_classes,
    fiscal_year,
    as_of,
    file,
    sheet,
    status,
    version_no,
    in_force,
    superseded_by,
    superseded_at,
    withdrawn_at,
    withdrawn_by,
    withdrawal_reason,
    errors,
    warnings,
    infos,
    waived,
    unit_yen,
    layout_version,
    file_sha256,
    content_hash,
    known_from,
    known_to
from counted
