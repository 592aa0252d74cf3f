-- 残高の締めや定義が変わり、前年度と比べられないのはどの債権のどの年度か
-- 場面: 監査（決算審査）
with broken as (
    select * from {{ mart('mart_uncollected_by_year') }}
    where is_basis_break
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    {{ in_japanese('form') }} as 様式,
    plan as 計画,
    claim_key as 債権,
    claim_name as 債権名,
    department as 所属,
    balance_last_year as 前年度の残高,
    balance as 残高,
    note as 注記
from broken
order by municipality_code asc, fiscal_year desc, form asc, plan asc, claim_key asc
