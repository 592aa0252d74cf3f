with figure as (
    select
        figure.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_figure') }} as figure
    inner join {{ ref('int_submission_known') }} as submission_known
        on figure.submission_id = submission_known.submission_id
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
    submission_id,
    sheet,
    cell,
    source_item,
    known_from,
    known_to
from keyed
