-- 最新の基準日の残高報告をまだ出していない所属はどこか（前回までに報告のあった所属）
-- 場面: 残高報告の取りまとめ（8・11・2月）
with report as (
    select distinct
        municipality_code,
        as_of,
        department
    from {{ mart('mart_balance_report') }}
),

newest as (
    select
        municipality_code,
        max(as_of) as as_of
    from report
    group by municipality_code
),

last_report as (
    select
        municipality_code,
        department,
        max(as_of) as last_as_of
    from report
    group by municipality_code, department
)

select
    last_report.municipality_code as 自治体コード,
    last_report.department as 所属,
    last_report.last_as_of as 最後に報告のあった基準日,
    newest.as_of as 報告のない基準日
from last_report
inner join newest on last_report.municipality_code = newest.municipality_code
where last_report.last_as_of < newest.as_of
order by last_report.municipality_code, last_report.department
