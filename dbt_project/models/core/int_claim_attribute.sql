with collection as (
    select * from {{ ref('int_collection') }}
    where in_force and scenario = 'actual' and stage in ('provisional', 'interim')
),

described as (
    select
        municipality_code,
        claim_number,
        as_of,
        claim_name,
        claim_classes,
        department,
        lag(as_of) over (
            partition by municipality_code, claim_number
            order by as_of, received_at, submission_id
        ) as previous_as_of,
        lag(claim_name) over (
            partition by municipality_code, claim_number
            order by as_of, received_at, submission_id
        ) as previous_claim_name,
        lag(claim_classes) over (
            partition by municipality_code, claim_number
            order by as_of, received_at, submission_id
        ) as previous_claim_classes,
        lag(department) over (
            partition by municipality_code, claim_number
            order by as_of, received_at, submission_id
        ) as previous_department
    from collection
),

changed as (
    select
        municipality_code,
        claim_number,
        as_of as valid_from,
        claim_name,
        claim_classes,
        department
    from described
    where
        previous_as_of is null
        or claim_name is distinct from previous_claim_name
        or claim_classes is distinct from previous_claim_classes
        or department is distinct from previous_department
)

select * from changed
