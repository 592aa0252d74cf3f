{%- set parts = ['prior', 'current'] -%}
{%- set estimates = ['expected_balance_prior', 'expected_balance_current', 'expected_balance'] -%}

with report as (
    select * from {{ ref('mart_balance_report') }}
),

settlement as (
    select * from {{ ref('fct_collection') }}
    where scenario = 'actual' and stage in ('provisional', 'final')
),

past as (
    select
        municipality_code,
        as_of,
        claim_number,
        {% for part in parts -%}
        {{ yen_sum('past_balance_' ~ part) }} as balance_sum_{{ part }},
        {{ yen_sum('past_settled_balance_' ~ part) }} as settled_sum_{{ part }},
        {% endfor -%}
        {{ yen_sum('fitted_balance') }} as fitted_sum,
        sum({{ straying('residual', 'fitted_balance') }}) as straying_sum,
        cast(count(*) as integer) as years
    from {{ ref('mart_outlook_course') }}
    group by municipality_code, as_of, claim_number
),

beside_past as (
    select
        report.*,
        {% for part in parts -%}
        past.balance_sum_{{ part }},
        past.settled_sum_{{ part }},
        {% endfor -%}
        past.fitted_sum,
        past.straying_sum,
        settlement.balance as settled_balance,
        coalesce(past.years, 0) as years,
        report.as_of = max(report.as_of) over (partition by report.municipality_code) as is_newest
    from report
    left join past
        on
            report.municipality_code = past.municipality_code
            and report.as_of = past.as_of
            and report.claim_number = past.claim_number
    left join settlement
        on
            report.municipality_code = settlement.municipality_code
            and report.claim_number = settlement.claim_number
            and report.fiscal_year = settlement.fiscal_year
),

by_part as (
    select
        *,
        {% for part in parts -%}
        balance_sum_{{ part }} = 0
        and greatest(balance_{{ part }}, settled_sum_{{ part }}) > 0 as lacks_past_{{ part }},
        case
            when years >= {{ outlook_least_years() }}
                then {{ at_year_end(
                    'balance_' ~ part, 'settled_sum_' ~ part, 'balance_sum_' ~ part
                ) }}
        end as expected_balance_{{ part }}
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from beside_past
),

in_total as (
    select
        *,
        {{ measure('expected_balance') }} as expected_balance
    from by_part
),

spread as (
    select
        *,
        {{ outlook_half_width('expected_balance', 'fitted_sum', 'straying_sum', 'years') }}
            as half_width
    from in_total
),

-- An estimate without an interval would say more than is known.
bounded as (
    select
        * replace (
            {% for column in estimates -%}
            case
                when expected_balance is null or half_width is not null then {{ column }}
            end as {{ column }}
            {%- if not loop.last %},{% endif %}
            {% endfor %}
        ),
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
                    when least(balance_prior, balance_current) < 0
                        then '残高がマイナスのため推計しない'
                    when years < {{ outlook_least_years() }}
                        then
                            '推計に使える過年度が{{ outlook_least_years() }}年度分に満たない（'
                            || years || '年度分）'
                    when lacks_past_prior or lacks_past_current
                        then '過年度の同じ基準日に残高がない'
                    when expected_balance is null then '過年度の割合がばらつきすぎるため推計しない'
                end,
                case when target_balance is null then '当年度目標の提出なし' end
            ),
            ''
        ) as outlook_note
    from bounded
)

select
    municipality_code,
    as_of,
    claim_number,
    fiscal_year,
    claim_name,
    claim_classes,
    department,
    is_newest,
    years,
    balance_prior,
    balance_current,
    balance,
    {% for part in parts -%}
    {{ percent('settled_sum_' ~ part, 'balance_sum_' ~ part) }} as remaining_rate_{{ part }}_pct,
    {% endfor -%}
    expected_balance_prior,
    expected_balance_current,
    expected_balance,
    expected_balance_low,
    expected_balance_high,
    previous_settlement_balance,
    {{ measure('expected_change') }} as expected_change,
    target_balance,
    target_kind,
    {{ measure('expected_above_target') }} as expected_above_target,
    expected_balance > target_balance as is_off_target,
    target_balance between expected_balance_low and expected_balance_high as is_target_in_interval,
    settled_balance,
    {{ measure('outlook_error') }} as outlook_error,
    settled_balance between expected_balance_low and expected_balance_high as is_in_interval,
    outlook_note as note,
    submission_id
from noted
