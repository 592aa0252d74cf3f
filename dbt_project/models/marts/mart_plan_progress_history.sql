with figure as (
    select
        figure.*,
        submission_known.known_from,
        submission_known.known_to,
        case when figure.is_footnoted then 'footnote' else 'plan' end as basis
    from {{ ref('int_plan_figure') }} as figure
    inner join {{ ref('int_submission_known') }} as submission_known
        on figure.submission_id = submission_known.submission_id
),

stated as (
    select distinct
        municipality_code,
        plan,
        measure,
        fiscal_year,
        kind,
        submission_id,
        source_measure,
        form_fiscal_year,
        received_at,
        column_rank,
        known_from,
        known_to
    from figure
),

-- A year is taken from one column of one table as a whole, so that parts and total stay together:
-- the newest table's, and in it the year's own column before the baseline or next year's target.
newest as (
    {{ newest_known(
        'stated',
        of=['municipality_code', 'plan', 'measure', 'fiscal_year', 'kind'],
        newest_first=[
            'form_fiscal_year desc', 'received_at desc', 'submission_id desc', 'column_rank',
        ],
    ) }}
),

mention as (
    select * from {{ ref('int_claim_mention') }}
)

select
    figure.municipality_code,
    figure.department,
    figure.claim_name,
    mention.claim_number,
    figure.plan,
    figure.measure,
    figure.fiscal_year,
    figure.kind,
    figure.value,
    figure.unit,
    figure.is_total,
    figure.basis,
    figure.submission_id,
    figure.source_item,
    figure.source_measure,
    newest.known_from,
    newest.known_to,
    -- The total is of no claim: it is its own.
    coalesce(mention.claim_key, figure.claim_name) as claim_key
from figure
inner join newest
    on
        figure.submission_id = newest.submission_id
        and figure.source_measure = newest.source_measure
        and figure.fiscal_year = newest.fiscal_year
        and figure.known_from <= newest.known_from
        and newest.known_from < coalesce(figure.known_to, {{ end_of_time() }})
left join mention
    on
        figure.submission_id = mention.submission_id
        and figure.claim_name = mention.claim_name
        and figure.department is not distinct from mention.department
