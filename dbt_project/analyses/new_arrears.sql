-- 新たに滞納となった額（現年度分の残高）が大きい債権はどれか
-- 場面: 対策会議（8月）
with newest as (
    select * from {{ mart('fct_collection') }}
    where form = 'annual' and scenario = 'actual'
    qualify {{ is_newest('fiscal_year') }}
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    department as 所属,
    assessed_current as 現年度分の調定額,
    balance_current as 現年度分の残高,
    {{ percent('balance_current', 'assessed_current') }} as 調定額に対する割合,
    {{ percent('balance_current', 'balance') }} as 残高に占める割合
from newest
where balance_current > 0
order by municipality_code asc, balance_current desc, claim_number asc
