with said as (
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
    from {{ ref('int_collection') }} as collection
    inner join {{ ref('int_submission_known') }} as submission_known
        on collection.submission_id = submission_known.submission_id
),

annual as (
    select * from said
    where form = 'annual'
),

-- Three forms speak of a year: its own, and those of the years beside it.
newest_annual as (
    {{ newest_known(
        'annual',
        of=['municipality_code', 'claim_number', 'fiscal_year', 'scenario'],
        newest_first=['form_fiscal_year desc'],
    ) }}
),

-- A department hands in all its claims at once: its next submission replaces every row,
-- also of a claim that it no longer names.
interim as (
    select * from said
    where form = 'interim'
),

known as (
    select * from newest_annual
    union all
    select * from interim
)

select
    submission_id,
    source_item,
    known_from,
    known_to
from known
