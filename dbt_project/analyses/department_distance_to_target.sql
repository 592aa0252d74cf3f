-- 所属ごとに、残高は当年度目標まであといくらか
-- 場面: 庁内報（毎月1日）
with total as (
    select * from {{ mart('mart_balance_total') }}
    where dimension = 'department'
)

select
    municipality_code,
    as_of,
    member as department,
    claims,
    claims_without_target,
    balance,
    target_balance,
    balance - target_balance as above_target
from total
order by municipality_code asc, as_of asc, above_target desc nulls last, department asc
