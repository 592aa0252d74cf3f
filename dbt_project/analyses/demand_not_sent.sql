-- 督促状をまだ送っていない残高のある債権はどれか
-- 場面: 監査（督促・時効の管理）
with newest as (
    select * from {{ mart('mart_status_mix') }}
    where dimension = 'claim' and part = 'total'
    qualify {{ is_newest('fiscal_year') }}
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    member as 債権整理番号,
    claim_name as 債権名,
    cases as 件数,
    balance as 残高,
    share_pct as 構成比
from newest
where status_code = '01' and balance > 0
order by municipality_code asc, balance desc, member asc
