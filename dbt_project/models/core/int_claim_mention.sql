{#-
    A claim that a form names without a number: the claim that the name leads to, else a key by
    which spellings of one name are one claim.
-#}
{%- set bracketed = '【[^】]*】|\\[[^\\]]*\\]|\\([^)]*\\)' -%}

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

-- An owner spelt longer is the same: 【健福】介護保険事業担当課 is 介護保険事業担当.
owner as (
    select distinct
        municipality_code,
        name_key,
        owner_key,
        coalesce(
            nullif(regexp_replace(owner_key, '{{ bracketed }}', '', 'g'), ''),
            owner_key
        ) as office
    from keyed
),

shortest as (
    select
        owner.municipality_code,
        owner.name_key,
        owner.owner_key,
        min_by(shorter.office, length(shorter.office)) as office
    from owner
    left join owner as shorter
        on
            owner.municipality_code = shorter.municipality_code
            and owner.name_key = shorter.name_key
            and starts_with(owner.office, shorter.office)
    group by owner.municipality_code, owner.name_key, owner.owner_key
),

-- A claim that names no owner is the only one of its name.
known as (
    select
        *,
        coalesce(
            office,
            case
                when min(office) over of_name = max(office) over of_name
                    then min(office) over of_name
            end
        ) as known_office
    from shortest
    window of_name as (partition by municipality_code, name_key)
),

-- Unless one form lists two of them beside each other.
listed as (
    select
        keyed.submission_id,
        keyed.municipality_code,
        keyed.name_key,
        known.known_office,
        count(distinct coalesce(keyed.owner_key, '')) as owners
    from keyed
    inner join known
        on
            keyed.municipality_code = known.municipality_code
            and keyed.name_key = known.name_key
            and keyed.owner_key is not distinct from known.owner_key
    group by keyed.submission_id, keyed.municipality_code, keyed.name_key, known.known_office
),

beside as (
    select distinct
        municipality_code,
        name_key,
        known_office
    from listed
    where owners > 1
),

placed as (
    select
        keyed.*,
        case when beside.name_key is null then known.known_office else keyed.owner_key end
            as of_owner
    from keyed
    inner join known
        on
            keyed.municipality_code = known.municipality_code
            and keyed.name_key = known.name_key
            and keyed.owner_key is not distinct from known.owner_key
    left join beside
        on
            known.municipality_code = beside.municipality_code
            and known.name_key = beside.name_key
            and known.known_office = beside.known_office
),

resolved as (
    select
        placed.submission_id,
        placed.municipality_code,
        placed.claim_name,
        placed.department,
        placed.claim_classes,
        placed.fiscal_year,
        placed.in_force,
        claim_name.claim_number,
        coalesce(
            claim_name.claim_key,
            -- Named for good as it was first spelt.
            first_value({{ claim_key_of_name('placed.claim_name', 'placed.department') }}) over (
                partition by placed.municipality_code, placed.name_key, placed.of_owner
                order by
                    placed.received_at,
                    placed.submission_id,
                    placed.claim_name,
                    placed.department
            )
        ) as claim_key
    from placed
    left join {{ ref('int_claim_name') }} as claim_name
        on
            placed.municipality_code = claim_name.municipality_code
            and placed.name_key = claim_name.name_key
            and (claim_name.owner_key is null or placed.owner_key = claim_name.owner_key)
)

select * from resolved
