-- 当初目標より緩められた修正目標はどれか
-- 場面: 対策会議（8月）
with target as (
    select * from {{ mart('mart_target_ageing') }}
    where part = 'total'
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_key as 債権,
    claim_name as 債権名,
    department as 所属,
    initial_target as 当初目標,
    revised_target as 修正目標,
    target_change as 緩めた額,
    actual_balance as 実績,
    case when attained_initially then '達成' when not attained_initially then '未達成' end
        as 当初目標の達成,
    case when attained then '達成' when not attained then '未達成' end as 修正目標の達成
from target
where target_change_kind = 'looser'
order by municipality_code asc, fiscal_year desc, target_change desc, claim_key asc
