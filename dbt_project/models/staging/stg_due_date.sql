with source as (
    select * from {{ source('landing', 'due_date') }}
),

cleaned as (
    select
        form,
        cast(fiscal_year as integer) as fiscal_year,
        cast(as_of as date) as as_of,
        cast(handed_out_on as date) as handed_out_on,
        cast(due_on as date) as due_on
    from source
)

select * from cleaned
