{# A ratio for further computation, as a double; NULL when the divisor is 0. #}
{% macro rate(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro %}

{#
    A ratio as printed: percent with one decimal (or `digits`), rounded half away from zero,
    DECIMAL(7,1). Exact: integers only, never a double on the way (7/2000 is 0.4, -158/957 is
    -16.5). NULL when the divisor is 0, or when the percentage has more digits than the type holds.
#}
{% macro percent(numerator, denominator, digits=1) -%}
    {{ return(adapter.dispatch('percent', 'mishukin')(numerator, denominator, digits)) }}
{%- endmacro %}

{# |1000 n / d| + 1/2 = (2000 |n| + |d|) / (2 |d|), cut off, is the count of tenths of a percent. #}
{% macro duckdb__percent(numerator, denominator, digits) -%}
    {%- set n -%} cast({{ numerator }} as hugeint) {%- endset -%}
    {%- set d -%} cast(nullif({{ denominator }}, 0) as hugeint) {%- endset -%}
    {%- set steps = 10 ** (2 + digits) -%}
    try_cast(
        try_cast(
            sign({{ n }}) * sign({{ d }})
            * (({{ 2 * steps }} * abs({{ n }}) + abs({{ d }})) // (2 * abs({{ d }})))
            as decimal(9, 0)
        ) * 0.{{ '0' * (digits - 1) }}1 as decimal(7, {{ digits }})
    )
{%- endmacro %}

{# キ' キ キ'' of one row: collected over assessed, for the current part, the prior part and both. #}
{% macro collection_rates() -%}
    {%- set collected = '(collected_prior + collected_current)' -%}
    {%- set assessed = '(assessed_prior + assessed_current)' -%}
    {{ rate('collected_current', 'assessed_current') }} as collection_rate_current,
    {{ percent('collected_current', 'assessed_current') }} as collection_rate_current_pct,
    {{ rate('collected_prior', 'assessed_prior') }} as collection_rate_prior,
    {{ percent('collected_prior', 'assessed_prior') }} as collection_rate_prior_pct,
    {{ rate(collected, assessed) }} as collection_rate,
    {{ percent(collected, assessed) }} as collection_rate_pct
{%- endmacro %}

{# ク ク' ク'' of one row: settled over what there was to settle. #}
{% macro settlement_rates() -%}
    {%- set settled = '(settled_prior + settled_current)' -%}
    {%- set to_settle = '(carried_forward + assessed_current)' -%}
    {{ rate('settled_prior', 'carried_forward') }} as settlement_rate_prior,
    {{ percent('settled_prior', 'carried_forward') }} as settlement_rate_prior_pct,
    {{ rate('settled_current', 'assessed_current') }} as settlement_rate_current,
    {{ percent('settled_current', 'assessed_current') }} as settlement_rate_current_pct,
    {{ rate(settled, to_settle) }} as settlement_rate,
    {{ percent(settled, to_settle) }} as settlement_rate_pct
{%- endmacro %}
