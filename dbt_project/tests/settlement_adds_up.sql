{#-
    現年 and 滞納繰越 make 計, and 計調定 − 計収入 − 欠損 is 未済計; the latter not where the sheet says
    that its rows differ in scope.
-#}
with settlement as (
    select
        settlement.*,
        submission.unit_yen
    from {{ ref('int_settlement') }} as settlement
    inner join {{ ref('int_submission') }} as submission
        on settlement.submission_id = submission.submission_id
    where settlement.in_force
),

compared as (
    select
        submission_id,
        'assessed' as measure,
        municipality_code,
        claim_name,
        fiscal_year,
        assessed_reported as reported,
        assessed as computed,
        unit_yen
    from settlement
    where submission_id not in {{ waived(['parts']) }}
    union all
    select
        submission_id,
        'collected' as measure,
        municipality_code,
        claim_name,
        fiscal_year,
        collected_reported as reported,
        collected as computed,
        unit_yen
    from settlement
    where submission_id not in {{ waived(['parts']) }}
    union all
    select
        submission_id,
        'uncollected' as measure,
        municipality_code,
        claim_name,
        fiscal_year,
        uncollected_reported as reported,
        assessed - collected - written_off as computed,
        unit_yen
    from settlement
    where
        scope_note is null
        and submission_id not in {{ waived(['computed_amount']) }}
)

select
    *,
    '' as source_item
from compared
-- Amounts in yen are exact; up to four rounded ones may miss by two units.
where abs(reported - computed) > case when unit_yen = 1 then 0 else 2 * unit_yen end
