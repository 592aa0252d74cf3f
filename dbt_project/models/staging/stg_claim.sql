with source as (
    select * from {{ source('landing', 'claim') }}
),

cleaned as (
    select
        municipality_code,
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
