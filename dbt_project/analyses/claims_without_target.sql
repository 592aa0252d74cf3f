-- 残高があるのに目標のない（0円の）債権はどれか
-- 場面: 対策会議（8月）
with newest as (
    select * from {{ mart('mart_target_attainment') }}
    where part = 'total'
    qualify {{ is_newest('fiscal_year') }}
),

submission as (
    select * from {{ mart('mart_submission') }}
)

select
    newest.municipality_code as 自治体コード,
    newest.fiscal_year as 年度,
    submission.department as 所属,
    newest.claim_number as 債権整理番号,
    submission.claim_name as 債権名,
    newest.actual_balance as 残高
from newest
inner join submission on newest.submission_id = submission.submission_id
-- A target left blank on the form is 0.
where coalesce(newest.target_balance, 0) = 0 and newest.actual_balance > 0
order by newest.municipality_code asc, newest.actual_balance desc, newest.claim_number asc
