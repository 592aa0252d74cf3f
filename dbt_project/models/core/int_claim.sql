{#-
    What a claim is and was: as the register has it, where the register has it at all; otherwise as
    the forms described it. A claim that forms only name is known by its name and department.
-#}
with registered as (
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
        valid_from,
        valid_to,
        true as is_registered
    from {{ ref('int_registered_claim') }}
),

reported as (
    select
        municipality_code,
        claim_number as claim_key,
        claim_number,
        claim_name,
        cast(null as varchar) as aliases,
        claim_classes,
        department,
        cast(null as varchar) as section,
        -- Stored per claim, never derived from its class: only the register states it.
        cast(null as integer) as limitation_years,
        cast(null as varchar) as basis,
        valid_from,
        lead(valid_from) over (
            partition by municipality_code, claim_number
            order by valid_from
        ) as valid_to,
        false as is_registered
    from {{ ref('int_claim_attribute') }} as described
    where not exists (
        select 1 from registered
        where
            described.municipality_code = registered.municipality_code
            and described.claim_number = registered.claim_key
    )
),

-- What another table says describes only what no form names.
named_by_figure as (
    select * from {{ ref('int_figure_claim') }} as figure
    where not exists (
        select 1 from {{ ref('int_claim_mention') }} as mention
        where
            figure.municipality_code = mention.municipality_code
            and figure.claim_key = mention.claim_key
            and mention.in_force
    )
),

mention as (
    select
        municipality_code,
        claim_key,
        claim_number,
        claim_name,
        claim_classes,
        department,
        fiscal_year,
        submission_id,
        in_force
    from {{ ref('int_claim_mention') }}
    union all
    select
        municipality_code,
        claim_key,
        claim_number,
        claim_name,
        claim_classes,
        department,
        fiscal_year,
        submission_id,
        in_force
    from named_by_figure
),

mentioned as (
    select
        *,
        min(fiscal_year) over (partition by municipality_code, claim_key) as first_fiscal_year,
        row_number() over (
            partition by municipality_code, claim_key
            order by claim_classes is null asc, fiscal_year desc, submission_id desc
        ) as nth
    from mention
    where
        claim_number is null
        and in_force
        and not exists (
            select 1 from registered
            where
                mention.municipality_code = registered.municipality_code
                and mention.claim_key = registered.claim_key
        )
),

-- Nothing of it may change: another name or owner would be another claim.
named as (
    select
        municipality_code,
        claim_key,
        claim_number,
        claim_name,
        cast(null as varchar) as aliases,
        claim_classes,
        department,
        cast(null as varchar) as section,
        cast(null as integer) as limitation_years,
        cast(null as varchar) as basis,
        {{ books_close_on('first_fiscal_year') }} as valid_from,
        cast(null as date) as valid_to,
        false as is_registered
    from mentioned
    where nth = 1
),

every_claim as (
    select * from registered
    union all
    select * from reported
    union all
    select * from named
)

select * from every_claim
