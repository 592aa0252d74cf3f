-- 全市の徴収率と整理率は年度ごとにどう変わったか
-- 場面: 議会（決算審査）
with result as (
    select * from {{ mart('fct_collection') }}
    where
        form = 'annual'
        and scenario = 'actual'
        -- Not there yet: the row is left blank.
        and (carried_forward <> 0 or assessed_prior <> 0 or assessed_current <> 0)
),

total as (
    select
        municipality_code,
        fiscal_year,
        count(*) as claims,
        {%- for amount in typed_measures() + ['settled_prior', 'settled_current'] %}
        {{ yen_sum(amount) }} as {{ amount }},
        {%- endfor %}
        {{ yen_sum('balance') }} as balance
    from result
    group by municipality_code, fiscal_year
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claims as 債権数,
    balance as 残高,
    {{ measure_pct('collection_rate_current') }} as 現年度分の徴収率,
    {{ measure_pct('collection_rate_prior') }} as 過年度分の徴収率,
    {{ measure_pct('collection_rate') }} as 徴収率,
    {{ measure_pct('settlement_rate') }} as 整理率
from total
order by municipality_code, fiscal_year
