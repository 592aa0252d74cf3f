with figure as (
    select
        figure.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_figure') }} as figure
    inner join {{ ref('int_submission_known') }} as submission_known
        on figure.submission_id = submission_known.submission_id
),

mention as (
    select * from {{ ref('int_claim_mention') }}
),

keyed as (
    select
        figure.* exclude (claim_number),
        coalesce(figure.claim_number, mention.claim_number) as claim_number,
        coalesce(figure.claim_number, mention.claim_key) as claim_key
    from figure
    left join mention
        on
            figure.submission_id = mention.submission_id
            and figure.municipality_code = mention.municipality_code
            and figure.claim_name = mention.claim_name
            and figure.department is not distinct from mention.department
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
