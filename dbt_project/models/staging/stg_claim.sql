with source as (
    select * from {{ source('landing', 'claim') }}
),

cleaned as (
    select
        municipality_code,
        -- A claim to which the city gave no number is known by its name and department.
        coalesce(
            claim_number,
            {{ claim_key_of_name('claim_name', 'department') }}
        ) as claim_key,
        claim_number,
        claim_name,
        aliases,
        claim_classes,
        department,
        section,
        cast(limitation_years as integer) as limitation_years,
        basis,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to
    from source
)

select * from cleaned
