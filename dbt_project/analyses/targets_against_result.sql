-- 当初目標・修正目標と実績の残高は、債権ごとにどれだけ離れたか
-- 場面: 対策会議（8月）
with collection as (
    select * from {{ mart('fct_collection') }}
    where stage is null or stage <> 'interim'
),

beside as (
    select
        municipality_code,
        claim_number,
        fiscal_year,
        max(case when scenario = 'initial_target' then balance end) as initial_target,
        max(case when scenario = 'revised_target' then balance end) as revised_target,
        max(case when scenario = 'actual' then balance end) as actual
    from collection
    group by municipality_code, claim_number, fiscal_year
)

select
    municipality_code,
    claim_number,
    fiscal_year,
    initial_target,
    revised_target,
    actual,
    actual - initial_target as above_initial_target,
    actual - revised_target as above_revised_target
from beside
where actual is not null
order by municipality_code, claim_number, fiscal_year
