-- 市民1人当たりの未収金残高はいくらか（最も新しい残高報告を、その日以前で最も近い日の人口で割る）
-- 場面: 市民への説明、議会答弁
with newest as (
    select * from {{ mart('mart_balance_total') }}
    where dimension = 'city'
    qualify {{ is_newest('as_of') }}
),

counted as (
    select
        newest.municipality_code,
        newest.as_of,
        newest.balance,
        max_by(people.inhabitants, people.as_of) as inhabitants,
        max_by(people.source, people.as_of) as told_in,
        max(people.as_of) as counted_on
    from newest
    inner join {{ mart('dim_inhabitants') }} as people
        on newest.municipality_code = people.municipality_code and newest.as_of >= people.as_of
    group by newest.municipality_code, newest.as_of, newest.balance
)

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    balance as 残高,
    inhabitants as 人口,
    counted_on as 人口の基準日,
    told_in as 人口の出所,
    cast({{ rounded_quotient('balance', 'inhabitants') }} as bigint) as 人口1人当たり残高_四捨五入
from counted
where inhabitants > 0
order by municipality_code
