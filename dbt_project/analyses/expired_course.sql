-- 消滅時効期間を経過した残高は、年度ごとにどう変わったか
-- 場面: 議会（決算審査）
with expired as (
    select * from {{ mart('mart_status_mix') }}
    where dimension = 'city' and part = 'total' and status_code = '16'
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claims as 債権数,
    cases as 件数,
    balance as 残高,
    share_pct as 構成比,
    change as 前年度からの増減額,
    note as 注記
from expired
order by municipality_code, fiscal_year
