with source as (
    select * from {{ source('landing', 'submission') }}
),

cleaned as (
    select
        submission_id,
        batch_id,
        cast(received_at as timestamp with time zone) as received_at,
        received_from,
        reason,
        municipality_code,
        file,
        file_sha256,
        sheet,
        form,
        layout_version,
        status,
        subject,
        period,
        claim_number,
        claim_name,
        claim_classes,
        department,
        section,
        cast(fiscal_year as integer) as fiscal_year,
        cast(as_of as date) as as_of,
        cast(unit_yen as integer) as unit_yen,
        content_hash
    from source
)

select * from cleaned
