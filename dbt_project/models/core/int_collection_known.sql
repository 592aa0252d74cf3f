with collection as (
    select * from {{ ref('int_collection') }}
),

annual as (
    select
        *,
        -- The newest form that had spoken of this year and scenario by then.
        max(form_fiscal_year) over (
            partition by municipality_code, claim_number, fiscal_year, scenario
            order by received_at, form_fiscal_year, submission_id
            rows between unbounded preceding and current row
        ) as newest_form_fiscal_year
    from collection
    where form = 'annual'
),

annual_winner as (
    select
        submission_id,
        source_item,
        received_at as known_from,
        lead(received_at) over (
            partition by municipality_code, claim_number, fiscal_year, scenario
            order by received_at, form_fiscal_year, submission_id
        ) as known_to
    from annual
    where form_fiscal_year = newest_form_fiscal_year
),

-- A department hands in all its claims at once: its next submission replaces every row,
-- also of a claim that it no longer names.
interim_winner as (
    select
        submission_id,
        source_item,
        received_at as known_from,
        superseded_at as known_to
    from collection
    where form = 'interim'
),

winner as (
    select * from annual_winner
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
    -- What was replaced in the moment of its arrival was never known.
    where winner.known_to is null or winner.known_from < winner.known_to
)

select
    {{ collection_columns() }},
    known_from,
    known_to
from known
