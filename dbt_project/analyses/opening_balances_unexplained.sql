-- 繰越額が前年度末の残高と合わない債権はどれで、理由は分かっているか
-- 場面: 監査（決算審査）
with opening as (
    select * from {{ mart('mart_opening_balance') }}
    where scenario = 'actual' and explanation in ('unexplained', 'restated')
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    {{ in_japanese('form') }} as 様式,
    as_of as 基準日,
    department as 所属,
    claim_key as 債権,
    claim_name as 債権名,
    carried_forward as 繰越額,
    closing_balance as 前年度末残高,
    opening_residual as 差,
    note as 説明
from opening
order by
    municipality_code asc, fiscal_year desc, abs(opening_residual) desc, claim_key asc, as_of asc
