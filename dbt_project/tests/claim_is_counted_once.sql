{#- No money stands twice among the answers that are added up, under two names of one claim. -#}
select
    submission_id,
    municipality_code,
    fiscal_year,
    reason,
    claim_name,
    department,
    other_claim_name,
    other_department,
    other_submission_id
from {{ ref('mart_duplicate_claim') }}
where is_counted_twice
