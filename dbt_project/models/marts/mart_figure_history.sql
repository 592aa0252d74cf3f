with said as (
    select
        figure.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_figure') }} as figure
    inner join {{ ref('int_submission_known') }} as submission_known
        on figure.submission_id = submission_known.submission_id
),

-- Sheets of several years tell of the years between them again: the newest sheet counts.
figure as (
    {{ newest_known(
        'said',
        of=['told_by', 'layout', 'measure', 'fiscal_year', 'source_item'],
        newest_first=['period desc', 'received_at desc'],
    ) }}
),

claim as (
    select * from {{ ref('int_figure_claim') }}
),

keyed as (
    select
        figure.* exclude (claim_number),
        coalesce(figure.claim_number, claim.claim_number) as claim_number,
        coalesce(figure.claim_number, claim.claim_key) as claim_key
    from figure
    left join claim
        on
            figure.submission_id = claim.submission_id
            and figure.municipality_code = claim.municipality_code
            and figure.claim_name = claim.claim_name
            and figure.department is not distinct from claim.department
),

-- What a body tells of a claim of its own, as a whole, at the close of a year.
marked as (
    select
        *,
        measure = 'uncollected'
        and claim_key is not null
        and claim_name is not null
        and fiscal_year is not null
        and municipality_code = told_by
        and coalesce(unit = '円', false)
        and coalesce(scenario, 'actual') = 'actual'
        and coalesce(part, 'total') = 'total'
        and {{ json_without('dimensions', ['claim_classes']) }} = '{}'
        and coalesce(
            as_of in ({{ year_ends_on('fiscal_year') }}, {{ books_close_on('fiscal_year') }}), true
        ) as is_balance_of_claim
    from keyed
)

select
    municipality_code,
    layout,
    claim_key,
    claim_number,
    claim_name,
    department,
    fiscal_year,
    as_of,
    scenario,
    part,
    measure,
    unit,
    dimensions,
    value,
    is_total,
    is_balance_of_claim,
    submission_id,
    sheet,
    cell,
    source_item,
    received_at,
    known_from,
    known_to
from marked
