with register as (
    select
        *,
        -- Without a date: ever since forms can speak of.
        coalesce(valid_from, make_date(1989, 4, 1)) as starts_on
    from {{ ref('stg_claim') }}
),

registered as (
    select
        municipality_code,
        claim_key,
        claim_number,
        claim_name,
        aliases,
        claim_classes,
        department,
        section,
        limitation_years,
        basis,
        starts_on as valid_from,
        -- The register names the last day, the warehouse the first day after it.
        coalesce(
            cast({{ dbt.dateadd('day', 1, 'nullif(valid_to, make_date(9999, 12, 31))') }} as date),
            lead(starts_on) over (
                partition by municipality_code, claim_key
                order by starts_on
            )
        ) as valid_to
    from register
)

select * from registered
