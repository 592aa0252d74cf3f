-- 全市の未収金残高は年度ごとにいくらで、目標は達成されたか
-- 場面: 議会（決算審査）
with city as (
    select
        *,
        max(actual_balance) over (
            partition by municipality_code
            order by fiscal_year range between 1 preceding and 1 preceding
        ) as balance_last_year
    from {{ mart('mart_target_ageing') }}
    where form = 'city_target' and part = 'total'
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    initial_target as 当初目標,
    revised_target as 修正目標,
    actual_balance as 実績,
    above_target as 目標との差,
    case when attained then '達成' when not attained then '未達成' end as 達成,
    {{ measure('change', balance='actual_balance') }} as 前年度からの増減額
from city
order by municipality_code, fiscal_year
