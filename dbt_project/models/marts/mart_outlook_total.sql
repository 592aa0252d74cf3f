with outlook as (
    select * from {{ ref('mart_outlook') }}
),

course as (
    select * from {{ ref('mart_outlook_course') }}
),

total as (
    select * from {{ ref('mart_balance_total') }}
),

claim_of as (
    {{ by_dimension('outlook') }}
),

-- What the same proportions would have given for the earlier years' totals: claims that go wrong
-- together widen the interval, those that make up for each other do not.
past_year as (
    select
        claim_of.municipality_code,
        claim_of.as_of,
        claim_of.dimension,
        claim_of.member,
        course.past_fiscal_year,
        {{ yen_sum('course.fitted_balance') }} as fitted_balance,
        {{ yen_sum('course.residual') }} as residual
    from claim_of
    inner join course
        on
            claim_of.municipality_code = course.municipality_code
            and claim_of.as_of = course.as_of
            and claim_of.claim_number = course.claim_number
    where claim_of.expected_balance is not null
    group by
        claim_of.municipality_code,
        claim_of.as_of,
        claim_of.dimension,
        claim_of.member,
        course.past_fiscal_year
),

past as (
    select
        municipality_code,
        as_of,
        dimension,
        member,
        {{ yen_sum('fitted_balance') }} as fitted_sum,
        sum({{ straying('residual', 'fitted_balance') }}) as straying_sum,
        cast(count(*) as integer) as years
    from past_year
    group by municipality_code, as_of, dimension, member
),

summed as (
    select
        municipality_code,
        as_of,
        dimension,
        member,
        max(is_newest) as is_newest,
        {{ yen_sum('expected_balance') }} as expected_of_claims,
        {{ yen_sum('case when expected_balance is null then balance else 0 end') }}
            as balance_without_outlook,
        -- What is overpaid makes up for nothing that is not known.
        {{ yen_sum('case when expected_balance is null then abs(balance) else 0 end') }}
            as owed_or_overpaid_without_outlook,
        cast(count(*) - count(expected_balance) as integer) as claims_without_outlook,
        cast(count(case when is_off_target then 1 end) as integer) as claims_off_target,
        {{ complete_sum('settled_balance') }} as settled_balance
    from claim_of
    group by municipality_code, as_of, dimension, member
),

-- What has no outlook counts as it stands, as long as it is little.
estimated as (
    select
        total.*,
        summed.is_newest,
        summed.expected_of_claims,
        summed.balance_without_outlook,
        summed.owed_or_overpaid_without_outlook,
        summed.claims_without_outlook,
        summed.claims_off_target,
        summed.settled_balance,
        past.fitted_sum,
        past.straying_sum,
        coalesce(past.years, 0) as years,
        case
            when 10 * summed.owed_or_overpaid_without_outlook <= total.balance
                then summed.expected_of_claims + summed.balance_without_outlook
        end as expected_balance
    from total
    inner join summed
        on
            total.municipality_code = summed.municipality_code
            and total.as_of = summed.as_of
            and total.dimension = summed.dimension
            and total.member = summed.member
    left join past
        on
            total.municipality_code = past.municipality_code
            and total.as_of = past.as_of
            and total.dimension = past.dimension
            and total.member = past.member
),

spread as (
    select
        *,
        case
            when expected_balance is not null
                then {{ outlook_half_width(
                    'expected_of_claims', 'fitted_sum', 'straying_sum', 'years'
                ) }}
        end as half_width
    from estimated
),

-- An estimate without an interval would say more than is known.
bounded as (
    select
        * replace (case when half_width is not null then expected_balance end as expected_balance),
        {{ outlook_bounds('expected_balance', 'half_width') }}
    from spread
),

noted as (
    select
        *,
        nullif(
            concat_ws(
                '、',
                case
                    when 10 * owed_or_overpaid_without_outlook > balance
                        then '見込みのない債権' || claims_without_outlook || '件の残高が1割を超える'
                    when claims_without_outlook = claims then '見込みのある債権がない'
                    when expected_balance is null then '過年度の割合がばらつきすぎるため推計しない'
                    when claims_without_outlook > 0
                        then
                            '見込みのない債権' || claims_without_outlook
                            || '件は基準日の残高のまま加えた'
                end,
                case when target_balance is null then '当年度目標のない債権がある' end
            ),
            ''
        ) as note
    from bounded
)

select
    municipality_code,
    as_of,
    dimension,
    member,
    fiscal_year,
    is_newest,
    years,
    claims,
    claims_without_outlook,
    balance_without_outlook,
    claims_off_target,
    balance,
    expected_balance,
    expected_balance_low,
    expected_balance_high,
    previous_settlement_balance,
    {{ measure('expected_change') }} as expected_change,
    target_balance,
    {{ measure('expected_above_target') }} as expected_above_target,
    expected_balance > target_balance as is_off_target,
    target_balance between expected_balance_low and expected_balance_high as is_target_in_interval,
    settled_balance,
    {{ measure('outlook_error') }} as outlook_error,
    settled_balance between expected_balance_low and expected_balance_high as is_in_interval,
    note
from noted
