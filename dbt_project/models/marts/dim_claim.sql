with attribute as (
    select * from {{ ref('int_claim_attribute') }}
)

select
    municipality_code,
    claim_number,
    claim_name,
    claim_classes,
    department,
    -- Stored per claim, never derived from its class: no form on hand states it yet.
    cast(null as integer) as limitation_years,
    valid_from,
    lead(valid_from) over (
        partition by municipality_code, claim_number
        order by valid_from
    ) as valid_to
from attribute
