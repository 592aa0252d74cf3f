-- 当初目標・修正目標と実績の残高は、債権ごとにどれだけ離れたか
-- 場面: 対策会議（8月）
with target as (
    select * from {{ mart('mart_target_ageing') }}
    where form = 'annual' and part = 'total' and actual_balance is not null
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    department as 所属,
    initial_target as 当初目標,
    revised_target as 修正目標,
    actual_balance as 実績,
    above_initial_target as 当初目標との差,
    above_target as 目標との差
from target
order by municipality_code asc, fiscal_year desc, claim_number asc
