-- 強制徴収公債権・非強制徴収公債権・私債権で、残高と徴収率はどう違うか
-- 場面: 議会（決算審査）
with newest as (
    select * from {{ mart('fct_collection') }}
    where form = 'annual' and scenario = 'actual'
    qualify {{ is_newest('fiscal_year') }}
),

total as (
    select
        municipality_code,
        fiscal_year,
        claim_classes,
        count(*) as claims,
        {%- for amount in typed_measures() + ['settled_prior', 'settled_current'] %}
        {{ yen_sum(amount) }} as {{ amount }},
        {%- endfor %}
        {{ yen_sum('balance') }} as balance
    from newest
    group by municipality_code, fiscal_year, claim_classes
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    {{ claim_classes_in_japanese('claim_classes') }} as 債権区分,
    claims as 債権数,
    balance as 残高,
    {{ percent('balance', '(sum(balance) over (partition by municipality_code))') }} as 構成比,
    {{ measure_pct('collection_rate_current') }} as 現年度分の徴収率,
    {{ measure_pct('collection_rate_prior') }} as 過年度分の徴収率,
    {{ measure_pct('collection_rate') }} as 徴収率,
    {{ measure_pct('settlement_rate') }} as 整理率
from total
order by municipality_code asc, balance desc, claim_classes asc
