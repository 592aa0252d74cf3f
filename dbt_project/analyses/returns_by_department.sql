-- 返却や差替えの多い所属はどこか（提出の状況）
-- 場面: 調書のヒアリング（6・7月）
with submission as (
    select * from {{ mart('mart_submission') }}
    where department is not null
),

counted as (
    select
        municipality_code,
        fiscal_year,
        department,
        cast(sum(errors) as bigint) as errors,
        cast(sum(warnings) as bigint) as warnings,
        count(*) as submissions,
        count(*) filter (where status = 'rejected') as returned,
        count(*) filter (where superseded_by is not null) as replaced,
        count(*) filter (where withdrawn_at is not null) as withdrawn
    from submission
    group by municipality_code, fiscal_year, department
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    department as 所属,
    submissions as 提出数,
    returned as 返却数,
    replaced as 差し替えられた数,
    withdrawn as 取り下げた数,
    errors as 誤りの数,
    warnings as 注意の数
from counted
order by
    municipality_code asc,
    fiscal_year desc,
    returned desc,
    errors desc,
    warnings desc,
    department asc
