with source as (
    select * from {{ source('landing', 'cell') }}
),

cleaned as (
    select
        submission_id,
        block,
        item,
        measure,
        cell,
        cast(number as bigint) as number,
        text,
        cast(fiscal_year as integer) as fiscal_year
    from source
)

select * from cleaned
