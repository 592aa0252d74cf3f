-- 残高が前年同月末より減っていない債権はどれか
-- 場面: 追加ヒアリング（12月）
with report as (
    select * from {{ mart('mart_balance_report') }}
),

newest as (
    select
        municipality_code,
        max(as_of) as as_of
    from report
    group by municipality_code
)

select
    report.municipality_code,
    report.as_of,
    report.department,
    report.claim_number,
    report.claim_name,
    report.balance,
    report.balance_last_year,
    report.change,
    report.target_balance
from report
inner join newest
    on
        report.municipality_code = newest.municipality_code
        and report.as_of = newest.as_of
where report.change >= 0
order by report.municipality_code asc, report.change desc, report.claim_number asc
