{#
    What a form can answer about a claim and a year, and the type of each answer: the columns in
    which the forms meet in mart_uncollected_by_year.
#}
{% macro answer_columns() %}
    {{ return({
        'municipality_code': 'varchar', 'claim_key': 'varchar', 'fiscal_year': 'integer',
        'form': 'varchar', 'plan': 'varchar', 'is_total': 'boolean',
        'claim_number': 'varchar', 'claim_name': 'varchar', 'claim_classes': 'varchar',
        'department': 'varchar', 'stage': 'varchar',
        'balance': 'bigint', 'balance_prior': 'bigint', 'balance_current': 'bigint',
        'cases': 'bigint', 'debtors': 'bigint', 'debtor_unit': 'varchar',
        'collection_rate_current_pct': 'decimal(7, 2)',
        'collection_rate_prior_pct': 'decimal(7, 2)',
        'collection_rate_pct': 'decimal(7, 2)',
        'settlement_rate_current_pct': 'decimal(7, 2)',
        'settlement_rate_prior_pct': 'decimal(7, 2)',
        'settlement_rate_pct': 'decimal(7, 2)',
        'initial_target': 'bigint', 'revised_target': 'bigint',
        'target_balance': 'bigint', 'target_kind': 'varchar',
        'collection_rate_current_target_pct': 'decimal(7, 2)',
        'collection_rate_prior_target_pct': 'decimal(7, 2)',
        'collection_rate_target_pct': 'decimal(7, 2)',
        'is_footnoted': 'boolean', 'differs_in_scope': 'boolean',
        'submission_id': 'varchar', 'source_item': 'varchar',
    }) }}
{% endmacro %}

{#
    One form's answers in the columns of all: those that are `own` columns of what is read, and those
    `given` as SQL; what the form does not answer is NULL, and so is a rate of more digits than its
    type holds (see `percent`).
#}
{% macro answers(form, own=[], given={}) -%}
    {%- for column, type in answer_columns().items() %}
    {%- set cast = 'try_cast' if type.startswith('decimal') else 'cast' %}
    {% if column == 'form' -%}
    '{{ form }}' as form
    {%- elif column in given -%}
    {{ cast }}({{ given[column] }} as {{ type }}) as {{ column }}
    {%- elif column in own -%}
    {{ cast }}({{ column }} as {{ type }}) as {{ column }}
    {%- elif column in ['is_total', 'is_footnoted', 'differs_in_scope'] -%}
    false as {{ column }}
    {%- else -%}
    cast(null as {{ type }}) as {{ column }}
    {%- endif -%}
    {%- if not loop.last %},{% endif -%}
    {%- endfor -%}
{%- endmacro %}
