with source as (
    select * from {{ source('landing', 'finding') }}
),

cleaned as (
    select
        batch_id,
        cast(received_at as timestamp with time zone) as received_at,
        submission_id,
        municipality_code,
        file,
        sheet,
        cell,
        rule,
        severity,
        found,
        expected,
        waiver,
        message
    from source
),

keyed as (
    select
        *,
        row_number() over (
            partition by batch_id
            order by file, sheet, cell, rule, message, found, expected, submission_id
        ) as finding_no
    from cleaned
)

select * from keyed
