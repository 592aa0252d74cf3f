-- 所属ごとに、残高は当年度目標まであといくらか
-- 場面: 庁内報（毎月1日）
with newest as (
    select * from {{ mart('mart_balance_total') }}
    where dimension = 'department'
    qualify {{ is_newest('as_of') }}
)

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    member as 所属,
    claims as 債権数,
    claims_without_target as 目標のない債権数,
    balance as 残高,
    target_balance as 目標残高,
    {{ measure('above_target') }} as 目標との差,
    {{ measure_pct('achievement_rate') }} as 目標達成率
from newest
order by municipality_code asc, 目標との差 desc nulls last, member asc
