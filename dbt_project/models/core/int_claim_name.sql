{#-
    The names by which forms without claim numbers may call a claim: the key it is known by. A name of one claim is enough
    by itself; one of several claims needs the department or section that owns it.
-#}
with register as (
    select * from {{ ref('stg_claim') }}
),

aliased as (
    select
        municipality_code,
        claim_key,
        claim_number,
        department,
        section,
        {{ unnest_json_list('aliases') }} as claim_name
    from register
),

called as (
    select
        municipality_code,
        claim_key,
        claim_number,
        claim_name,
        department,
        section
    from register
    union all
    select
        municipality_code,
        claim_key,
        claim_number,
        claim_name,
        department,
        section
    from aliased
    union all
    select
        municipality_code,
        claim_number as claim_key,
        claim_number,
        claim_name,
        department,
        cast(null as varchar) as section
    from {{ ref('int_claim_attribute') }}
),

keyed as (
    select
        municipality_code,
        claim_key,
        claim_number,
        {{ name_key('claim_name') }} as name_key,
        {{ name_key('department') }} as department_key,
        {{ name_key('section') }} as section_key
    from called
    where claim_name is not null
),

by_name as (
    select
        municipality_code,
        name_key,
        min(claim_key) as claim_key,
        min(claim_number) as claim_number,
        count(distinct claim_key) as claims
    from keyed
    group by municipality_code, name_key
),

owned as (
    select
        municipality_code,
        claim_key,
        claim_number,
        name_key,
        department_key as owner_key
    from keyed
    union distinct
    select
        municipality_code,
        claim_key,
        claim_number,
        name_key,
        section_key as owner_key
    from keyed
    union distinct
    select
        municipality_code,
        claim_key,
        claim_number,
        name_key,
        department_key || section_key as owner_key
    from keyed
),

by_owner as (
    select
        municipality_code,
        name_key,
        owner_key,
        min(claim_key) as claim_key,
        min(claim_number) as claim_number,
        count(distinct claim_key) as claims
    from owned
    where owner_key is not null
    group by municipality_code, name_key, owner_key
),

resolved as (
    select
        municipality_code,
        name_key,
        cast(null as varchar) as owner_key,
        claim_key,
        claim_number
    from by_name
    where claims = 1
    union all
    select
        by_owner.municipality_code,
        by_owner.name_key,
        by_owner.owner_key,
        by_owner.claim_key,
        by_owner.claim_number
    from by_owner
    inner join by_name
        on
            by_owner.municipality_code = by_name.municipality_code
            and by_owner.name_key = by_name.name_key
    where by_name.claims > 1 and by_owner.claims = 1
)

select * from resolved
