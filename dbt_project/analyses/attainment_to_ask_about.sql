-- 達成状況の報告が計算と食い違う調書はどれか（問い合わせ先のファイルとシート）
-- 場面: 調書のヒアリング（6・7月）
with attainment as (
    select * from {{ mart('mart_target_attainment') }}
),

submission as (
    select * from {{ mart('mart_submission') }}
)

select
    attainment.municipality_code,
    submission.department,
    submission.section,
    attainment.claim_number,
    submission.claim_name,
    attainment.fiscal_year,
    attainment.part,
    attainment.target_balance,
    attainment.actual_balance,
    attainment.reported,
    attainment.computed,
    submission.file,
    submission.sheet
from attainment
inner join submission on attainment.submission_id = submission.submission_id
where not attainment.agrees
order by attainment.municipality_code, attainment.claim_number, attainment.part
