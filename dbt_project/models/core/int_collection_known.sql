with collection as (
    select * from {{ ref('int_collection') }}
),

submission_known as (
    select * from {{ ref('int_submission_known') }}
),

-- When a row's form was the one in force for its claim and year.
said as (
    select
        collection.submission_id,
        collection.source_item,
        collection.form,
        collection.form_fiscal_year,
        collection.municipality_code,
        collection.claim_number,
        collection.fiscal_year,
        collection.scenario,
        submission_known.known_from,
        submission_known.known_to
    from collection
    inner join submission_known on collection.submission_id = submission_known.submission_id
),

annual as (
    select * from said
    where form = 'annual'
),

-- When the answer to "which form speaks of this year?" may change.
moment as (
    select
        municipality_code,
        claim_number,
        fiscal_year,
        scenario,
        known_from as moment
    from annual
    union distinct
    select
        municipality_code,
        claim_number,
        fiscal_year,
        scenario,
        known_to as moment
    from annual
    where known_to is not null
),

-- The form of the newest year of those in force at that moment; none, if all were withdrawn.
ranked as (
    select
        moment.municipality_code,
        moment.claim_number,
        moment.fiscal_year,
        moment.scenario,
        moment.moment,
        annual.submission_id,
        annual.source_item,
        row_number() over (
            partition by
                moment.municipality_code,
                moment.claim_number,
                moment.fiscal_year,
                moment.scenario,
                moment.moment
            order by annual.form_fiscal_year desc
        ) as nth
    from moment
    left join annual
        on
            moment.municipality_code = annual.municipality_code
            and moment.claim_number = annual.claim_number
            and moment.fiscal_year = annual.fiscal_year
            and moment.scenario = annual.scenario
            and moment.moment >= annual.known_from
            and moment.moment < coalesce(annual.known_to, {{ end_of_time() }})
),

answer as (
    select
        *,
        lag(submission_id) over (
            partition by municipality_code, claim_number, fiscal_year, scenario
            order by moment
        ) as submission_id_before
    from ranked
    where nth = 1
),

annual_winner as (
    select
        submission_id,
        source_item,
        moment as known_from,
        lead(moment) over (
            partition by municipality_code, claim_number, fiscal_year, scenario
            order by moment
        ) as known_to
    from answer
    where submission_id is distinct from submission_id_before
),

-- A department hands in all its claims at once: its next submission replaces every row,
-- also of a claim that it no longer names.
interim_winner as (
    select
        submission_id,
        source_item,
        known_from,
        known_to
    from said
    where form = 'interim'
),

winner as (
    select * from annual_winner
    where submission_id is not null
    union all
    select * from interim_winner
),

known as (
    select
        collection.*,
        winner.known_from,
        winner.known_to
    from collection
    inner join winner
        on
            collection.submission_id = winner.submission_id
            and collection.source_item = winner.source_item
)

select
    {{ collection_columns() }},
    known_from,
    known_to
from known
