-- 計画の目標値に届かなかった債権はどれか
-- 場面: 対策会議（8月）
with compared as (
    select * from {{ mart('mart_plan_comparison') }}
    where not is_total
)

select
    municipality_code as 自治体コード,
    plan as 計画,
    {{ in_japanese('measure', 'plan_item') }} as 項目,
    fiscal_year as 年度,
    department as 所属,
    claim_name as 債権名,
    target as 目標値,
    actual as 決算値,
    vs_target as 目標との差,
    {{ in_japanese('unit', 'plan_unit') }} as 単位
from compared
where
    (measure = 'uncollected' and vs_target > 0)
    or (measure = 'collection_rate' and vs_target < 0)
order by
    municipality_code asc,
    plan asc,
    measure asc,
    abs(vs_target) desc,
    department asc,
    claim_name asc
