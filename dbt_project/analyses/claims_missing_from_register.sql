-- 様式に現れるのに台帳にない債権はどれか
-- 場面: 監査（債権の網羅性）
with missing as (
    select * from {{ mart('mart_claim_to_register') }}
)

select
    municipality_code as 自治体コード,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    {{ claim_classes_in_japanese('claim_classes') }} as 債権区分,
    department as 所属,
    {{ in_japanese('form') }} as 様式,
    fiscal_year as 年度
from missing
order by municipality_code, claim_number nulls last, claim_name, department
