with collection as (
    select * from {{ ref('int_collection') }}
    where in_force and scenario = 'actual' and stage in ('provisional', 'interim')
),

claim as (
    select * from {{ ref('int_claim') }}
    where is_registered and department is not null
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
),

registered as (
    select
        municipality_code,
        department,
        cast(count(distinct claim_key) as integer) as registered_claims,
        min(valid_from) as registered_from,
        -- Open as long as one claim still belongs to it.
        case when count(valid_to) = count(*) then max(valid_to) end as registered_to
    from claim
    group by municipality_code, department
),

every_department as (
    select
        reported.first_reported,
        reported.last_reported,
        registered.registered_from,
        registered.registered_to,
        coalesce(reported.municipality_code, registered.municipality_code) as municipality_code,
        coalesce(reported.department, registered.department) as department,
        coalesce(reported.claims, 0) as claims,
        coalesce(registered.registered_claims, 0) as registered_claims
    from reported
    full join registered
        on
            reported.municipality_code = registered.municipality_code
            and reported.department = registered.department
)

select
    municipality_code,
    department,
    first_reported,
    last_reported,
    claims,
    registered_from,
    registered_to,
    registered_claims
from every_department
