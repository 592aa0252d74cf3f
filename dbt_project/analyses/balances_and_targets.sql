-- 債権ごとに、いくら残り、目標は達成されたか（すべての様式を通した一つの答え）
-- 場面: 推進会議（4月）
with chosen as (
    select * from {{ mart('mart_uncollected_by_year') }}
    where is_chosen and balance is not null
    qualify {{ is_newest('fiscal_year') }}
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_key as 債権,
    claim_name as 債権名,
    department as 所属,
    {{ in_japanese('form') }} as 様式,
    balance as 残高,
    target_balance as 目標,
    {{ in_japanese('target_kind') }} as 目標の種別,
    above_target as 目標との差,
    case when attained then '達成' when not attained then '未達成' else '目標なし' end as 達成,
    note as 注記
from chosen
order by municipality_code asc, balance desc, claim_key asc
