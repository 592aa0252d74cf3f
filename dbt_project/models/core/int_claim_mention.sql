{#-
    A claim that a form names without a number: the claim that the name leads to, else a key by
    which spellings of one name are one claim.
-#}
with mention as (
    select
        submission_id,
        municipality_code,
        claim_name,
        department,
        cast(null as varchar) as claim_classes,
        fiscal_year,
        received_at,
        in_force
    from {{ ref('int_plan_row') }}
    where not is_total
    union distinct
    select
        submission_id,
        municipality_code,
        claim_name,
        department,
        claim_classes,
        fiscal_year,
        received_at,
        in_force
    from {{ ref('int_submission') }}
    where form = 'promotion' and status = 'accepted'
    union distinct
    select
        submission_id,
        municipality_code,
        claim_name,
        section as department,
        claim_classes,
        fiscal_year,
        received_at,
        in_force
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
        keyed.in_force,
        claim_name.claim_number,
        coalesce(
            claim_name.claim_key,
            -- Named for good as it was first spelt.
            first_value({{ claim_key_of_name('keyed.claim_name', 'keyed.department') }}) over (
                partition by keyed.municipality_code, keyed.name_key, keyed.owner_key
                order by keyed.received_at, keyed.submission_id, keyed.claim_name, keyed.department
            )
        ) as claim_key
    from keyed
    left join {{ ref('int_claim_name') }} as claim_name
        on
            keyed.municipality_code = claim_name.municipality_code
            and keyed.name_key = claim_name.name_key
            and (claim_name.owner_key is null or keyed.owner_key = claim_name.owner_key)
)

select * from resolved
