{{ config(alias='未収債権の状況') }}

select
    municipality_code as 自治体コード,
    {{ dimension_in_japanese('dimension') }} as 集計単位,
    {{ claim_classes_in_japanese('member') }} as 集計先,
    fiscal_year as 年度,
    {{ part_in_japanese('part') }} as 年度区分,
    {{ status_group_in_japanese('status_group') }} as 大分類,
    {{ status_code_in_japanese('status_code') }} as 分類番号,
    coalesce(status_label, '計') as 分類,
    is_total as 合計の行,
    claim_name as 債権名,
    claims as 債権数,
    cases as 件数,
    balance as 残高,
    share_pct as 構成比,
    balance_last_year as 前年度残高,
    change as 増減額,
    note as 注記
from {{ mart('mart_status_mix') }}
