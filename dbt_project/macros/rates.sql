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

{% macro duckdb__percent(numerator, denominator, digits) -%}
    {%- set tenths -%} {{ 10 ** (2 + digits) }} * cast({{ numerator }} as hugeint) {%- endset -%}
    try_cast(
        try_cast({{ rounded_quotient(tenths, denominator) }} as decimal(9, 0))
        * 0.{{ '0' * (digits - 1) }}1 as decimal(7, {{ digits }})
    )
{%- endmacro %}

{# An integer quotient rounded half away from zero, exactly; NULL when the divisor is 0. #}
{% macro rounded_quotient(numerator, denominator) -%}
    {{ return(adapter.dispatch('rounded_quotient', 'mishukin')(numerator, denominator)) }}
{%- endmacro %}

{#
    |n / d| + 1/2 = (2 |n| + |d|) / (2 |d|), cut off. Dividing HUGEINTs takes twenty times as long as
    dividing BIGINTs: only what is too large for these takes it.
#}
{% macro duckdb__rounded_quotient(numerator, denominator) -%}
    {%- set large = '3000000000000000000' -%}
    case
        when
            abs(cast({{ numerator }} as hugeint)) < {{ large }}
            and abs(cast({{ denominator }} as hugeint)) < {{ large }}
            then {{ quotient_half_away(numerator, denominator, 'bigint') }}
        else {{ quotient_half_away(numerator, denominator, 'hugeint') }}
    end
{%- endmacro %}

{% macro quotient_half_away(numerator, denominator, type) -%}
    {%- set n -%} cast({{ numerator }} as {{ type }}) {%- endset -%}
    {%- set d -%} cast(nullif({{ denominator }}, 0) as {{ type }}) {%- endset -%}
    sign({{ n }}) * sign({{ d }}) * ((2 * abs({{ n }}) + abs({{ d }})) // (2 * abs({{ d }})))
{%- endmacro %}
