-- 年度末の残高のうち整理債権（回収の見込みの乏しい債権）が占める割合は
-- 場面: 対策会議（8月）
with status as (
    select
        claim_status.municipality_code,
        claim_status.claim_number,
        claim_status.fiscal_year,
        claim_status.balance,
        status_class.status_group
    from {{ mart('fct_claim_status') }} as claim_status
    inner join {{ mart('mart_submission') }} as submission
        on claim_status.submission_id = submission.submission_id
    inner join {{ mart('dim_status_class') }} as status_class
        on
            claim_status.status_code = status_class.status_code
            and status_class.version <= try_cast(submission.layout_version as integer)
    qualify row_number() over (
        partition by claim_status.submission_id, claim_status.part, claim_status.status_code
        order by status_class.version desc
    ) = 1
),

by_claim as (
    select
        municipality_code,
        claim_number,
        fiscal_year,
        sum(balance) as balance,
        sum(case when status_group = 'disposal' then balance else 0 end) as disposal_balance
    from status
    group by municipality_code, claim_number, fiscal_year
)

select
    municipality_code,
    claim_number,
    fiscal_year,
    balance,
    disposal_balance,
    {{ percent('disposal_balance', 'balance') }} as disposal_pct
from by_claim
where balance <> 0
order by municipality_code asc, fiscal_year asc, disposal_pct desc, claim_number asc
