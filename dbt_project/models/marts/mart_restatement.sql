with restatement as (
    select * from {{ ref('int_restatement') }}
)

select
    municipality_code,
    claim_number,
    fiscal_year,
    scenario,
    measure,
    form_fiscal_year,
    value_before,
    value,
    restated_by,
    submission_id_before,
    submission_id,
    source_item,
    restated_at
from restatement
