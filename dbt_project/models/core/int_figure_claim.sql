{#-
    A claim that another table names without a number: the one that the register or the forms know by
    that name, else one of its own. What the forms call their claims never depends on such a table.
-#}
with figure as (
    select
        submission_id,
        municipality_code,
        claim_name,
        department,
        min(claim_classes) as claim_classes,
        max(fiscal_year) as fiscal_year,
        received_at,
        in_force,
        {{ name_key('claim_name') }} as name_key,
        {{ name_key('department') }} as owner_key
    from {{ ref('int_figure') }}
    -- A name that only totals bear is no claim; what others say of a city names none of its own.
    where
        claim_name is not null
        and claim_number is null
        and fiscal_year is not null
        and not is_total
        and municipality_code = told_by
    group by submission_id, municipality_code, claim_name, department, received_at, in_force
),

mention as (
    select
        municipality_code,
        claim_key,
        claim_number,
        {{ name_key('claim_name') }} as name_key,
        {{ name_key('department') }} as owner_key
    from {{ ref('int_claim_mention') }}
),

by_owner as (
    select
        municipality_code,
        name_key,
        owner_key,
        min(claim_key) as claim_key,
        min(claim_number) as claim_number
    from mention
    group by municipality_code, name_key, owner_key
    having count(distinct claim_key) = 1
),

by_name as (
    select
        municipality_code,
        name_key,
        min(claim_key) as claim_key,
        min(claim_number) as claim_number
    from mention
    group by municipality_code, name_key
    having count(distinct claim_key) = 1
),

resolved as (
    select
        figure.submission_id,
        figure.municipality_code,
        figure.claim_name,
        figure.department,
        figure.claim_classes,
        figure.fiscal_year,
        figure.in_force,
        coalesce(claim_name.claim_number, by_owner.claim_number, by_name.claim_number)
            as claim_number,
        coalesce(
            claim_name.claim_key,
            by_owner.claim_key,
            by_name.claim_key,
            -- Named for good as it was first spelt.
            first_value({{ claim_key_of_name('figure.claim_name', 'figure.department') }}) over (
                partition by figure.municipality_code, figure.name_key, figure.owner_key
                order by
                    figure.received_at,
                    figure.submission_id,
                    figure.claim_name,
                    figure.department
            )
        ) as claim_key
    from figure
    left join {{ ref('int_claim_name') }} as claim_name
        on
            figure.municipality_code = claim_name.municipality_code
            and figure.name_key = claim_name.name_key
            and (claim_name.owner_key is null or figure.owner_key = claim_name.owner_key)
    left join by_owner
        on
            figure.municipality_code = by_owner.municipality_code
            and figure.name_key = by_owner.name_key
            and figure.owner_key is not distinct from by_owner.owner_key
    left join by_name
        on
            figure.municipality_code = by_name.municipality_code
            and figure.name_key = by_name.name_key
)

select * from resolved
