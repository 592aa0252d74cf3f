-- 残高が前年同月末より減っていない債権はどれか
-- 場面: 追加ヒアリング（12月）
with newest as (
    select * from {{ mart('mart_balance_report') }}
    qualify {{ is_newest('as_of') }}
)

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    department as 所属,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    balance as 残高,
    balance_last_year as 前年同月末残高,
    change as 増減額,
    target_balance as 目標残高
from newest
where change >= 0
order by municipality_code asc, change desc, claim_number asc
