{#
    The measures of terms/measures.yml: models compute with `measure` and `measure_pct`; dim_measure,
    the data dictionary and the trace tell the same formulas in symbols (`measure_formula`).
#}
{% macro measures() %}
    {{ return(terms('measures')) }}
{% endmacro %}

{#
    The SQL of a measure: an amount as whole yen, a ratio as a double (NULL when the divisor is 0).
    Columns of another name are told: measure('change', balance_last_year='then.balance').
#}
{% macro measure(name) -%}
    {%- set parts = measures()[name] -%}
    {%- if 'numerator' in parts -%}
    {{ rate(_renamed(parts.numerator, kwargs), _renamed(parts.denominator, kwargs)) }}
    {%- else -%}
    {{ _renamed(parts.expression, kwargs) }}
    {%- endif -%}
{%- endmacro %}

{# A ratio as printed: see `percent`. #}
{% macro measure_pct(name, digits=1) -%}
    {%- set parts = measures()[name] -%}
    {{ percent(_renamed(parts.numerator, kwargs), _renamed(parts.denominator, kwargs), digits) }}
{%- endmacro %}

{# Ratios as they stand in the marts: for computing, and beside it as printed. #}
{% macro measures_and_pct(names) -%}
    {%- for name in names -%}
    {{ measure(name) }} as {{ name }},
    {{ measure_pct(name) }} as {{ name }}_pct
    {%- if not loop.last %},
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{# キ' キ キ'': collected over assessed, for the current part, the prior part and both. #}
{% macro collection_rates() -%}
    {{ measures_and_pct(['collection_rate_current', 'collection_rate_prior', 'collection_rate']) }}
{%- endmacro %}

{# ク ク' ク'': settled over what there was to settle. #}
{% macro settlement_rates() -%}
    {{ measures_and_pct(['settlement_rate_prior', 'settlement_rate_current', 'settlement_rate']) }}
{%- endmacro %}

{# The seven typed amounts of a row, in the order of the form: ア ウ エ オ ウ' エ' オ'. #}
{% macro typed_measures() %}
    {%- set typed = [] -%}
    {%- for name, parts in measures().items() if not ('expression' in parts or 'numerator' in parts) -%}
    {%- do typed.append(name) -%}
    {%- endfor -%}
    {{ return(typed) }}
{% endmacro %}

{# The columns that a measure is computed from, as SQL; NULL where it is typed. #}
{% macro measure_expression(name) -%}
    {%- set parts = measures()[name] -%}
    {%- if 'numerator' in parts -%}
    {{ return(_bracketed(parts.numerator) ~ ' / ' ~ _bracketed(parts.denominator)) }}
    {%- endif -%}
    {{ return(parts.get('expression')) }}
{%- endmacro %}

{# The formula as staff read it, in the symbols of the form: （エ＋エ'）÷（ウ＋ウ'）. #}
{% macro measure_formula(name) -%}
    {%- set expression = measure_expression(name) -%}
    {%- if expression -%}
    {{ return(
        _renamed(expression, _spoken(name))
        | replace(' + ', '＋') | replace(' - ', '－') | replace(' / ', '÷')
        | replace('(', '（') | replace(')', '）')
    ) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{# What the columns of a formula are called: their symbol, else their label. #}
{% macro _spoken(name) %}
    {%- set names = {} -%}
    {%- for column, parts in measures().items() -%}
    {%- do names.update({column: parts.get('symbol', parts.label)}) -%}
    {%- endfor -%}
    {%- do names.update(measures()[name].get('operands', {})) -%}
    {{ return(names) }}
{% endmacro %}

{% macro _renamed(expression, names) -%}
    {%- for part in modules.re.split('([a-z_]+)', expression) -%}
    {{ names.get(part, part) }}
    {%- endfor -%}
{%- endmacro %}

{% macro _bracketed(expression) -%}
    {{ return('(' ~ expression ~ ')' if ' ' in expression else expression) }}
{%- endmacro %}
