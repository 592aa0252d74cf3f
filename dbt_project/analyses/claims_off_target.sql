-- 目標を達成できなかった債権はどれで、いくら超えたか
-- 場面: 対策会議（8月）
with missed as (
    select * from {{ mart('mart_target_attainment') }}
    where part = 'total'
    qualify {{ is_newest('fiscal_year') }}
),

submission as (
    select * from {{ mart('mart_submission') }}
)

select
    missed.municipality_code as 自治体コード,
    missed.fiscal_year as 年度,
    submission.department as 所属,
    missed.claim_number as 債権整理番号,
    submission.claim_name as 債権名,
    missed.target_balance as 目標,
    missed.actual_balance as 実績,
    {{ measure('above_target', balance='actual_balance') }} as 目標との差,
    missed.reported as 報告
from missed
inner join submission on missed.submission_id = submission.submission_id
where missed.computed = 'B'
order by missed.municipality_code asc, 目標との差 desc, missed.claim_number asc
