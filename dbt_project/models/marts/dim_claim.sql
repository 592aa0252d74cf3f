with claim as (
    select * from {{ ref('int_claim') }}
)

select
    municipality_code,
    claim_key,
    claim_number,
    claim_name,
    aliases,
    claim_classes,
    department,
    section,
    limitation_years,
    basis,
    valid_from,
    valid_to,
    is_registered
from claim
