with register as (
    select distinct
        municipality_code,
        claim_key
    from {{ ref('int_claim') }}
    where is_registered
),

collection as (
    select * from {{ ref('int_collection') }}
    where in_force
),

submission as (
    select * from {{ ref('int_submission') }}
),

-- Claims that forms name, with their number or without.
named as (
    select
        municipality_code,
        claim_number as claim_key,
        claim_number,
        claim_name,
        claim_classes,
        department,
        form_fiscal_year as fiscal_year,
        submission_id
    from collection
    where scenario = 'actual' and stage in ('provisional', 'interim')
    union all
    select
        municipality_code,
        claim_key,
        claim_number,
        claim_name,
        claim_classes,
        department,
        fiscal_year,
        submission_id
    from {{ ref('int_claim_mention') }}
    where claim_number is null and in_force
    union all
    select
        municipality_code,
        claim_key,
        claim_number,
        claim_name,
        claim_classes,
        department,
        fiscal_year,
        submission_id
    from {{ ref('int_figure_claim') }}
    where claim_number is null and in_force
    union all
    select
        municipality_code,
        claim_number as claim_key,
        claim_number,
        min(claim_name) as claim_name,
        min(claim_classes) as claim_classes,
        min(department) as department,
        max(fiscal_year) as fiscal_year,
        submission_id
    from {{ ref('int_figure') }}
    where claim_number is not null and in_force and municipality_code = told_by
    group by municipality_code, claim_number, submission_id
),

missing as (
    select
        named.*,
        submission.form,
        row_number() over (
            partition by named.municipality_code, named.claim_key
            -- What another table says describes only what no form names.
            order by
                case submission.form when 'figure' then 1 else 0 end,
                named.fiscal_year desc,
                submission.received_at desc,
                named.submission_id desc
        ) as nth
    from named
    inner join submission on named.submission_id = submission.submission_id
    left join register
        on
            named.municipality_code = register.municipality_code
            and named.claim_key = register.claim_key
    where register.claim_key is null
)

-- As the newest form describes it.
select
    municipality_code,
    claim_key,
    claim_number,
    claim_name,
    claim_classes,
    department,
    form,
    fiscal_year,
    submission_id
from missing
where nth = 1
