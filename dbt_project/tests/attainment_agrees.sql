{#- What the form reports in section 1 is what its rows C and D say; B1 and B2 are both B. -#}
select
    submission_id,
    'attainment' as block,
    part as source_item,
    'reported' as measure,
    municipality_code,
    claim_number,
    fiscal_year,
    target_balance,
    actual_balance,
    reported,
    computed
from {{ ref('mart_target_attainment') }}
where
    not agrees
    and submission_id not in {{ waived(['attainment']) }}
