-- 達成状況の報告が計算と食い違う調書はどれか（問い合わせ先のファイルとシート）
-- 場面: 調書のヒアリング（6・7月）
with attainment as (
    select * from {{ mart('mart_target_attainment') }}
),

submission as (
    select * from {{ mart('mart_submission') }}
)

select
    attainment.municipality_code as 自治体コード,
    submission.department as 所属,
    submission.section as 担当,
    attainment.claim_number as 債権整理番号,
    submission.claim_name as 債権名,
    attainment.fiscal_year as 年度,
    {{ in_japanese('attainment.part') }} as 区分,
    attainment.target_balance as 目標残高,
    attainment.actual_balance as 実績残高,
    attainment.reported as 報告,
    attainment.computed as 計算,
    submission.file as ファイル,
    submission.sheet as シート
from attainment
inner join submission on attainment.submission_id = submission.submission_id
where not attainment.agrees
order by
    attainment.municipality_code, attainment.fiscal_year, attainment.claim_number, attainment.part
