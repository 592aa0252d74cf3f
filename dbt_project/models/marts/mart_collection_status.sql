{#-
    Expected is each form of each claim that the register (or, without one, the forms) knows on the
    day the form speaks of: from the first time that the form came from the municipality, to the
    fiscal year after the newest submission of any form.
-#}
with submission as (
    select * from {{ ref('mart_submission') }}
    where in_force
),

collected as (
    select
        municipality_code,
        form,
        min(fiscal_year) as first_fiscal_year
    from submission
    where form in ('annual', 'interim')
    group by municipality_code, form
),

newest as (
    select
        municipality_code,
        max(cast(received_at as date)) as received_on
    from submission
    group by municipality_code
),

occasion as (
    select
        collected.municipality_code,
        due_date.*,
        -- An annual form is owed by whoever has the claim as the year ends.
        coalesce(due_date.as_of, {{ year_ends_on('due_date.fiscal_year') }}) as speaks_of
    from {{ ref('dim_due_date') }} as due_date
    inner join collected
        on
            due_date.form = collected.form
            and due_date.fiscal_year >= collected.first_fiscal_year
    inner join newest on collected.municipality_code = newest.municipality_code
    where due_date.handed_out_on <= {{ years_before(-1, 'newest.received_on') }}
),

claim as (
    select * from {{ ref('dim_claim') }}
    where claim_number is not null
),

annual as (
    select
        municipality_code,
        claim_number,
        fiscal_year,
        min(received_at) as first_received_at
    from {{ ref('mart_submission_history') }}
    where form = 'annual' and in_force
    group by municipality_code, claim_number, fiscal_year
),

interim as (
    select
        municipality_code,
        claim_number,
        as_of,
        min(known_from) as first_received_at
    from {{ ref('fct_collection_history') }}
    where stage = 'interim'
    group by municipality_code, claim_number, as_of
),

in_force as (
    select
        submission.municipality_code,
        submission.form,
        submission.claim_number,
        submission.fiscal_year,
        submission.as_of,
        submission.submission_id,
        submission.received_at,
        annual.first_received_at
    from submission
    inner join annual
        on
            submission.municipality_code = annual.municipality_code
            and submission.claim_number = annual.claim_number
            and submission.fiscal_year = annual.fiscal_year
    where submission.form = 'annual'
    union all
    select
        collection.municipality_code,
        submission.form,
        collection.claim_number,
        collection.fiscal_year,
        collection.as_of,
        submission.submission_id,
        submission.received_at,
        interim.first_received_at
    from {{ ref('fct_collection') }} as collection
    inner join submission on collection.submission_id = submission.submission_id
    inner join interim
        on
            collection.municipality_code = interim.municipality_code
            and collection.claim_number = interim.claim_number
            and collection.as_of = interim.as_of
    where collection.stage = 'interim'
),

expected as (
    select
        occasion.municipality_code,
        occasion.form,
        occasion.fiscal_year,
        occasion.as_of,
        claim.claim_number,
        claim.claim_name,
        claim.department,
        claim.section,
        occasion.handed_out_on,
        occasion.due_on
    from occasion
    inner join claim
        on
            occasion.municipality_code = claim.municipality_code
            and occasion.speaks_of >= claim.valid_from
            and occasion.speaks_of < coalesce(claim.valid_to, make_date(9999, 12, 31))
)

select
    expected.municipality_code,
    expected.form,
    expected.claim_number,
    expected.fiscal_year,
    expected.as_of,
    expected.claim_name,
    expected.department,
    expected.section,
    expected.handed_out_on,
    expected.due_on,
    in_force.first_received_at,
    in_force.received_at,
    in_force.submission_id,
    case
        when in_force.submission_id is null then 'missing'
        when cast(in_force.first_received_at as date) <= expected.due_on then 'on_time'
        else 'late'
    end as collection_status
from expected
left join in_force
    on
        expected.municipality_code = in_force.municipality_code
        and expected.form = in_force.form
        and expected.claim_number = in_force.claim_number
        and expected.fiscal_year = in_force.fiscal_year
        and expected.as_of is not distinct from in_force.as_of
