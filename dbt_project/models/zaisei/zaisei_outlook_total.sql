{{ config(alias='年度末の見込み合計') }}

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    {{ dimension_in_japanese('dimension') }} as 集計単位,
    case dimension
        when 'class' then {{ claim_classes_in_japanese('member') }}
        else member
    end as 集計先,
    fiscal_year as 年度,
    is_newest as 最新,
    years as 過年度の数,
    claims as 債権数,
    claims_without_outlook as 見込みのない債権数,
    balance_without_outlook as 見込みのない債権の残高,
    claims_off_target as 目標から外れる見込みの債権数,
    balance as 残高,
    expected_balance as 推計残高,
    expected_balance_low as 推計残高の下限,
    expected_balance_high as 推計残高の上限,
    previous_settlement_balance as 前年度決算残高,
    expected_change as 推計増減額,
    target_balance as 当年度目標,
    expected_above_target as 推計目標超過額,
    {{ against_target_in_japanese('is_off_target', 'is_target_in_interval') }} as 目標の見込み,
    settled_balance as 決算残高,
    outlook_error as 推計の誤差,
    is_in_interval as 区間に入ったか,
    note as 注記
from {{ mart('mart_outlook_total') }}
