-- 取組を実施できず目標に届かなかった（B2の）債権はどれか
-- 場面: 対策会議（8月）
with newest as (
    select
        *,
        {{ measure('above_target', balance='actual_balance') }} as above_target
    from {{ mart('mart_target_attainment') }}
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
    {{ in_japanese('newest.part') }} as 区分,
    newest.target_balance as 目標,
    newest.actual_balance as 実績,
    newest.above_target as 目標との差
from newest
inner join submission on newest.submission_id = submission.submission_id
where newest.reported = 'B2'
order by newest.municipality_code, newest.claim_number, newest.part
