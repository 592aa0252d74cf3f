{#- A claim that a form names without a number, and the number that the name leads to. -#}
with mention as (
    select
        submission_id,
        municipality_code,
        claim_name,
        department,
        cast(null as varchar) as claim_classes,
        fiscal_year
    from {{ ref('int_plan_row') }}
    where not is_total
    union distinct
    select
        submission_id,
        municipality_code,
        claim_name,
        department,
        claim_classes,
        fiscal_year
    from {{ ref('int_submission') }}
    where form = 'promotion' and in_force
    union distinct
    select
        submission_id,
        municipality_code,
        claim_name,
        section as department,
        claim_classes,
        fiscal_year
    from {{ ref('int_claim_list') }}
),

keyed as (
    select
        *,
        {{ name_key('claim_name') }} as name_key,
        {{ name_key('department') }} as owner_key
    from mention
),

resolved as (
    select
        keyed.submission_id,
        keyed.municipality_code,
        keyed.claim_name,
        keyed.department,
        keyed.claim_classes,
        keyed.fiscal_year,
        claim_name.claim_number
    from keyed
    left join {{ ref('int_claim_name') }} as claim_name
        on
            keyed.municipality_code = claim_name.municipality_code
            and keyed.name_key = claim_name.name_key
            and (claim_name.owner_key is null or keyed.owner_key = claim_name.owner_key)
)

select * from resolved
