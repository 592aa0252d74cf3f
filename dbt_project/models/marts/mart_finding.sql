with finding as (
    select * from {{ ref('int_finding') }}
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
    in_force
from finding
