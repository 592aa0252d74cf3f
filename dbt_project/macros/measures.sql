{#
    Every measure, defined here and nowhere else. Its name is the name of its column; `symbol` and
    `label` are what the form calls it. What has no `expression` is typed on a form. An `expression`
    is SQL over columns; a ratio has a `numerator` and a `denominator` instead. `operands` says in
    Japanese what columns are called that are no measures themselves.

    Models compute with `measure` and `measure_pct`; dim_measure, the data dictionary and the trace
    tell the same formulas in symbols (`measure_formula`).
#}
{% macro measures() %}
    {{ return({
        'carried_forward': {'symbol': 'ア', 'label': '調定繰越額', 'unit': 'yen'},
        'reduction': {
            'symbol': 'イ', 'label': '調定減少額', 'unit': 'yen',
            'expression': 'carried_forward - assessed_prior',
        },
        'assessed_prior': {'symbol': 'ウ', 'label': '過年度分の調定額', 'unit': 'yen'},
        'collected_prior': {'symbol': 'エ', 'label': '過年度分の徴収額', 'unit': 'yen'},
        'written_off_prior': {'symbol': 'オ', 'label': '過年度分の不納欠損額', 'unit': 'yen'},
        'settled_prior': {
            'symbol': 'カ', 'label': '過年度分の整理額', 'unit': 'yen',
            'expression': 'reduction + collected_prior + written_off_prior',
        },
        'collection_rate_prior': {
            'symbol': 'キ', 'label': '過年度分の徴収率', 'unit': 'ratio',
            'numerator': 'collected_prior', 'denominator': 'assessed_prior',
        },
        'settlement_rate_prior': {
            'symbol': 'ク', 'label': '過年度分の整理率', 'unit': 'ratio',
            'numerator': 'settled_prior', 'denominator': 'carried_forward',
        },
        'balance_prior': {
            'symbol': 'ケ', 'label': '過年度分の未収金残高', 'unit': 'yen',
            'expression': 'assessed_prior - (collected_prior + written_off_prior)',
        },
        'assessed_current': {'symbol': "ウ'", 'label': '現年度分の調定額', 'unit': 'yen'},
        'collected_current': {'symbol': "エ'", 'label': '現年度分の徴収額', 'unit': 'yen'},
        'written_off_current': {'symbol': "オ'", 'label': '現年度分の不納欠損額', 'unit': 'yen'},
        'settled_current': {
            'symbol': "カ'", 'label': '現年度分の整理額', 'unit': 'yen',
            'expression': 'collected_current + written_off_current',
        },
        'collection_rate_current': {
            'symbol': "キ'", 'label': '現年度分の徴収率', 'unit': 'ratio',
            'numerator': 'collected_current', 'denominator': 'assessed_current',
        },
        'settlement_rate_current': {
            'symbol': "ク'", 'label': '現年度分の整理率', 'unit': 'ratio',
            'numerator': 'settled_current', 'denominator': 'assessed_current',
        },
        'balance_current': {
            'symbol': "ケ'", 'label': '現年度分の未収金残高', 'unit': 'yen',
            'expression': 'assessed_current - (collected_current + written_off_current)',
        },
        'collection_rate': {
            'symbol': "キ''", 'label': '合計の徴収率', 'unit': 'ratio',
            'numerator': 'collected_prior + collected_current',
            'denominator': 'assessed_prior + assessed_current',
        },
        'settlement_rate': {
            'symbol': "ク''", 'label': '合計の整理率', 'unit': 'ratio',
            'numerator': 'settled_prior + settled_current',
            'denominator': 'carried_forward + assessed_current',
        },
        'balance': {
            'symbol': "ケ''", 'label': '未収金残高', 'unit': 'yen',
            'expression': 'balance_prior + balance_current',
        },
        'change': {
            'label': '増減額', 'unit': 'yen',
            'expression': 'balance - balance_last_year',
            'operands': {'balance': '残高', 'balance_last_year': '前年の残高'},
        },
        'decrease': {
            'label': '縮減額', 'unit': 'yen',
            'expression': 'previous_settlement_balance - balance',
            'operands': {'previous_settlement_balance': '前年度決算残高'},
        },
        'achievement_rate': {
            'label': '目標達成率', 'unit': 'ratio',
            'numerator': 'target_balance', 'denominator': 'balance',
            'operands': {'target_balance': '目標残高'},
        },
        'above_target': {
            'label': '目標との差', 'unit': 'yen',
            'expression': 'balance - target_balance',
            'operands': {'target_balance': '目標残高'},
        },
        'target_change': {
            'label': '目標の変更額', 'unit': 'yen',
            'expression': 'revised_target - initial_target',
            'operands': {'revised_target': '修正目標', 'initial_target': '当初目標'},
        },
        'opening_residual': {
            'label': '繰越額の差', 'unit': 'yen',
            'expression': 'carried_forward - closing_balance',
            'operands': {'closing_balance': '前年度末の残高'},
        },
        'share': {
            'label': '構成比', 'unit': 'ratio',
            'numerator': 'balance', 'denominator': 'balance_of_all',
            'operands': {'balance': '残高', 'balance_of_all': '合計の残高'},
        },
        'fitted_balance': {
            'label': 'あてはめ残高', 'unit': 'yen',
            'expression': 'fitted_balance_prior + fitted_balance_current',
            'operands': {
                'fitted_balance_prior': '過年度分のあてはめ残高',
                'fitted_balance_current': '現年度分のあてはめ残高',
            },
        },
        'residual': {
            'label': 'あてはめの残差', 'unit': 'yen',
            'expression': 'past_settled_balance - fitted_balance',
            'operands': {'past_settled_balance': '過年度の年度末の残高'},
        },
        'expected_balance': {
            'label': '推計残高', 'unit': 'yen',
            'expression': 'expected_balance_prior + expected_balance_current',
            'operands': {
                'expected_balance_prior': '過年度分の推計残高',
                'expected_balance_current': '現年度分の推計残高',
            },
        },
        'expected_change': {
            'label': '年度末の増減額の推計', 'unit': 'yen',
            'expression': 'expected_balance - previous_settlement_balance',
            'operands': {'previous_settlement_balance': '前年度決算残高'},
        },
        'expected_above_target': {
            'label': '目標を超える額の推計', 'unit': 'yen',
            'expression': 'expected_balance - target_balance',
            'operands': {'target_balance': '目標残高'},
        },
        'outlook_error': {
            'label': '推計の誤差', 'unit': 'yen',
            'expression': 'expected_balance - settled_balance',
            'operands': {'settled_balance': '決算残高'},
        },
        'assessed': {
            'label': '調定額の計', 'unit': 'yen',
            'expression': 'assessed_current + assessed_prior',
            'operands': {'assessed_current': '現年の調定額', 'assessed_prior': '滞納繰越の調定額'},
        },
        'collected': {
            'label': '収入済額の計', 'unit': 'yen',
            'expression': 'collected_current + collected_prior',
            'operands': {
                'collected_current': '現年の収入済額', 'collected_prior': '滞納繰越の収入済額',
            },
        },
        'rate_current': {
            'label': '現年の収納率', 'unit': 'ratio',
            'numerator': 'collected_current', 'denominator': 'assessed_current',
            'operands': {'collected_current': '収入済額', 'assessed_current': '調定額'},
        },
        'rate_prior': {
            'label': '滞納繰越の収納率', 'unit': 'ratio',
            'numerator': 'collected_prior', 'denominator': 'assessed_prior',
            'operands': {'collected_prior': '収入済額', 'assessed_prior': '調定額'},
        },
        'rate': {
            'label': '計の収納率', 'unit': 'ratio',
            'numerator': 'collected', 'denominator': 'assessed',
        },
        'uncollected': {
            'label': '収入未済額', 'unit': 'yen',
            'expression': 'assessed - collected - written_off',
            'operands': {'written_off': '不納欠損額'},
        },
        'carry_over_residual': {
            'label': '繰越の差', 'unit': 'yen',
            'expression': 'assessed_prior - uncollected_last_year',
            'operands': {
                'assessed_prior': '滞納繰越の調定額',
                'uncollected_last_year': '前年度の収入未済額の計',
            },
        },
        'vs_baseline': {
            'label': '基準の決算値との差', 'unit': 'plan_unit',
            'expression': 'actual - baseline_actual',
            'operands': {'actual': '③', 'baseline_actual': '①'},
        },
        'vs_target': {
            'label': '目標値との差', 'unit': 'plan_unit',
            'expression': 'actual - target',
            'operands': {'actual': '③', 'target': '②'},
        },
        'vs_next_target': {
            'label': '翌年度の目標値との差', 'unit': 'plan_unit',
            'expression': 'actual - next_target',
            'operands': {'actual': '③', 'next_target': '④'},
        },
        'restated_by': {
            'label': '改めた額', 'unit': 'yen',
            'expression': 'value - value_before',
            'operands': {'value': '改めた値', 'value_before': '前の値'},
        },
    }) }}
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
