-- 年度末に目標を超える見込みの債権はどれか（推計）
-- 場面: 推進会議（4月）、追加ヒアリング（12月）
with newest as (
    select * from {{ mart('mart_outlook') }}
    where is_newest
)

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    department as 所属,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    balance as 基準日の残高,
    expected_balance as 年度末の推計残高,
    expected_balance_low as 推計の下限,
    expected_balance_high as 推計の上限,
    target_balance as 目標,
    expected_above_target as 推計と目標の差,
    {{ against_target_in_japanese('is_off_target', 'is_target_in_interval') }} as 目標の見込み
from newest
where is_off_target
order by municipality_code asc, expected_above_target desc, claim_number asc
