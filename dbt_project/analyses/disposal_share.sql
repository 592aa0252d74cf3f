-- 年度末の残高のうち整理債権（回収の見込みの乏しい債権）が占める割合は
-- 場面: 対策会議（8月）
with disposal as (
    select * from {{ mart('mart_status_mix') }}
    where
        dimension = 'claim'
        and part = 'total'
        and status_group = 'disposal'
        and status_code = 'all'
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    member as 債権整理番号,
    claim_name as 債権名,
    cases as 整理債権の件数,
    balance as 整理債権の残高,
    share_pct as 整理債権の割合,
    change as 前年度からの増減額
from disposal
where share_pct is not null
order by municipality_code asc, fiscal_year desc, share_pct desc, member asc
