with collection as (
    select * from {{ ref('int_collection') }}
    where in_force and scenario = 'actual' and stage in ('provisional', 'interim')
),

reported as (
    select
        municipality_code,
        department,
        cast(count(distinct claim_number) as integer) as claims,
        min(as_of) as first_reported,
        max(as_of) as last_reported
    from collection
    group by municipality_code, department
)

select
    municipality_code,
    department,
    first_reported,
    last_reported,
    claims
from reported
