with collection as (
    select * from {{ ref('int_collection') }}
    where in_force and scenario = 'actual' and stage in ('provisional', 'interim')
)

select
    municipality_code,
    department,
    min(as_of) as first_reported,
    max(as_of) as last_reported,
    cast(count(distinct claim_number) as integer) as claims,
from collection
group by municipality_code, department
