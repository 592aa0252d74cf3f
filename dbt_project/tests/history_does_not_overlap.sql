{#- At any moment one value is known of a claim, year, scenario and date. -#}
with history as (
    select
        submission_id,
        source_item,
        municipality_code,
        claim_number,
        fiscal_year,
        scenario,
        as_of,
        known_from,
        known_to,
        lead(known_from) over (
            partition by municipality_code, claim_number, fiscal_year, scenario, as_of
            order by known_from
        ) as next_known_from
    from {{ ref('fct_collection_history') }}
)

select * from history
where
    known_to <= known_from
    or next_known_from < known_to
    or (known_to is null and next_known_from is not null)
