{#
    The outlook for year-end (docs/outlook.md): chain ladder. A balance of a reference date is
    carried on in the proportion in which those of the earlier years went on to year-end, and the
    interval is Mack's (1993) with Student's t.
#}

{# Fewer earlier years than this tell nothing of how much they differ from each other. #}
{% macro outlook_least_years() -%}
    3
{%- endmacro %}

{#
    Σ of what remained at year-end over Σ of what was owed on the date, applied to a balance. NULL of a
    balance below zero (what was overpaid does not remain in proportion), where nothing was owed to
    take a proportion of, and beyond 15 digits, which no balance has.
#}
{% macro at_year_end(balance, settled_sum, balance_sum) -%}
    cast(try_cast(
        case
            when {{ balance }} < 0 then null
            when {{ balance_sum }} > 0
                then {{ rounded_quotient(
                    'cast(' ~ balance ~ ' as hugeint) * ' ~ settled_sum, balance_sum
                ) }}
            when {{ balance }} = 0 and {{ balance_sum }} = 0 and {{ settled_sum }} = 0 then 0
        end as decimal(15, 0)
    ) as bigint)
{%- endmacro %}

{#
    How far a year strayed from its fitted balance, residual² ÷ fitted, in millionths of a yen: whole
    numbers add up to the same sum in any order. From 15 digits on it has strayed without bound.
#}
{% macro straying(residual, fitted) -%}
    case
        when abs({{ residual }}) < 1000000000000000
            then
                1000000 * cast({{ residual }} as hugeint) * {{ residual }} // greatest({{ fitted }}, 1)
        else 1000000000000000000000000000000000000
    end
{%- endmacro %}

{#
    Half the width of the interval in which the year-end balance lies 8 times of 10:
    t · √(φ · (expected + expected² ÷ Σ fitted)), φ = Σ straying ÷ (years − 1). The first term is the
    year's own chance, the second that of the years that the proportion was taken from. NULL where it
    is wider than any balance. What is expected of claims is never below zero (`at_year_end`).
#}
{% macro outlook_half_width(expected, fitted_sum, straying_sum, years) -%}
    try_cast(round(
        {{ student_t('(' ~ years ~ ' - 1)') }} * sqrt(
            cast({{ straying_sum }} as double) / 1000000 / ({{ years }} - 1)
            * (
                cast({{ expected }} as double)
                + coalesce(
                    cast({{ expected }} as double) * {{ expected }} / nullif({{ fitted_sum }}, 0), 0
                )
            )
        )
    ) as decimal(18, 0))
{%- endmacro %}

{#
    The interval; nobody owes less than nothing, but a total may hold a claim without an outlook that
    stands below zero.
#}
{% macro outlook_bounds(expected, half_width) -%}
    cast(
        case
            when {{ expected }} < {{ half_width }} then least({{ expected }}, 0)
            else {{ expected }} - {{ half_width }}
        end as bigint
    ) as expected_balance_low,
    cast({{ expected }} + {{ half_width }} as bigint) as expected_balance_high
{%- endmacro %}

{# The 90th percentile of Student's t (two-sided 80 %) from 2 degrees of freedom; from 20 on that. #}
{% macro student_t(degrees) -%}
    {%- set percentiles = [
        1.8856, 1.6377, 1.5332, 1.4759, 1.4398, 1.4149, 1.3968, 1.3830, 1.3722, 1.3634,
        1.3562, 1.3502, 1.3450, 1.3406, 1.3368, 1.3334, 1.3304, 1.3277, 1.3253,
    ] -%}
    case
        {%- for percentile in percentiles %}
        when {{ degrees }} {{ '>=' if loop.last else '=' }} {{ loop.index + 1 }} then {{ percentile }}
        {%- endfor %}
    end
{%- endmacro %}
