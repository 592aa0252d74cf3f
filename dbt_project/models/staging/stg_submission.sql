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
),

keyed as (
    select
        *,
        -- What a later submission of the same subject and period replaces.
        case form when 'annual' then claim_number else department end as subject,
        case form
            when 'annual' then cast(fiscal_year as varchar)
            else cast(as_of as varchar)
        end as period
    from cleaned
)

select * from keyed
