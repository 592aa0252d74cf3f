-- 年度末の残高は、所属ごと・全市でいくらになる見込みか（推計）
-- 場面: 庁内報（毎月1日）
with newest as (
    select * from {{ mart('mart_outlook_total') }}
    where is_newest and dimension in ('department', 'city')
)

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    {{ in_japanese('dimension') }} as 集計単位,
    member as 集計先,
    claims as 債権数,
    claims_without_outlook as 見込みのない債権数,
    balance as 基準日の残高,
    expected_balance as 年度末の推計残高,
    expected_balance_low as 推計の下限,
    expected_balance_high as 推計の上限,
    target_balance as 目標,
    expected_above_target as 推計と目標の差,
    note as 注記
from newest
order by municipality_code asc, expected_above_target desc nulls last, dimension asc, member asc
