-- 目標未達の債権が多い所属はどこか
-- 場面: 対策会議（8月）
with newest as (
    select
        *,
        {{ measure('above_target', balance='actual_balance') }} as above_target
    from {{ mart('mart_target_attainment') }}
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
    count(*) as 目標のある債権数,
    count(*) filter (where newest.computed = 'B') as 未達の債権数,
    {{ yen_sum('newest.target_balance') }} as 目標,
    {{ yen_sum('newest.actual_balance') }} as 実績,
    {{ yen_sum('newest.above_target') }} as 目標との差
from newest
inner join submission on newest.submission_id = submission.submission_id
where newest.computed <> '—'
group by newest.municipality_code, newest.fiscal_year, submission.department
order by
    newest.municipality_code asc, 未達の債権数 desc, 目標との差 desc, submission.department asc
