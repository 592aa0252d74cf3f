with submission as (
    select * from {{ ref('stg_submission') }}
),

withdrawal as (
    select * from {{ ref('stg_withdrawal') }}
),

state as (
    select * from {{ ref('int_submission_state') }}
    where known_to is null
)

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
    state.version_no,
    state.superseded_by,
    state.superseded_at,
    withdrawal.withdrawn_at,
    withdrawal.withdrawn_by,
    withdrawal.withdrawal_reason,
    coalesce(state.in_force, false) as in_force
from submission
left join state on submission.submission_id = state.submission_id
left join withdrawal on submission.submission_id = withdrawal.submission_id
