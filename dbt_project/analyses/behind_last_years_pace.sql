-- 前年の同じ基準日より徴収率が低い債権はどれか（進み具合の遅れ）
-- 場面: 推進会議（4月）
with report as (
    select * from {{ mart('mart_balance_report') }}
),

newest as (
    select * from report
    qualify {{ is_newest('as_of') }}
),

beside as (
    select
        newest.*,
        last_year.collection_rate_pct as rate_last_year,
        newest.collection_rate_pct - last_year.collection_rate_pct as points
    from newest
    inner join report as last_year
        on
            newest.municipality_code = last_year.municipality_code
            and newest.claim_number = last_year.claim_number
            and last_year.as_of = {{ one_year_before('newest.as_of') }}
)

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    department as 所属,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    collection_rate_pct as 徴収率,
    rate_last_year as 前年の徴収率,
    points as 差_ポイント,
    balance as 残高
from beside
where points < 0
order by municipality_code asc, points asc, claim_number asc
