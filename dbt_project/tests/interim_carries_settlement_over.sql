{#- ア of an interim report is ケ'' of the previous year's settlement, up to the coarser unit. -#}
select
    submission_id,
    source_item,
    'carried_forward' as measure,
    municipality_code,
    claim_number,
    as_of,
    carried_forward,
    closing_balance,
    explanation,
    closing_submission_id,
    unit_yen
from {{ ref('mart_opening_balance') }}
where
    form = 'interim'
    and abs(opening_residual) >= unit_yen
    and submission_id not in {{ waived(['opening']) }}
