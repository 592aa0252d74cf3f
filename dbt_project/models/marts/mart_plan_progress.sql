with figure as (
    select
        *,
        case when is_footnoted then 'footnote' else 'plan' end as basis
    from {{ ref('int_plan_figure') }}
    where is_newest
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
    -- The total is of no claim: it is its own.
    coalesce(mention.claim_key, figure.claim_name) as claim_key
from figure
left join mention
    on
        figure.submission_id = mention.submission_id
        and figure.claim_name = mention.claim_name
        and figure.department is not distinct from mention.department
