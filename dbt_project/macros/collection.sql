{# The columns of fct_collection and its history, in the order of the form. #}
{% macro collection_columns() -%}
    municipality_code,
    claim_number,
    fiscal_year,
    scenario,
    as_of,
    claim_name,
    claim_classes,
    department,
    stage,
    carried_forward,
    reduction,
    assessed_prior,
    collected_prior,
    written_off_prior,
    settled_prior,
    collection_rate_prior,
    collection_rate_prior_pct,
    settlement_rate_prior,
    settlement_rate_prior_pct,
    balance_prior,
    assessed_current,
    collected_current,
    written_off_current,
    settled_current,
    collection_rate_current,
    collection_rate_current_pct,
    settlement_rate_current,
    settlement_rate_current_pct,
    balance_current,
    collection_rate,
    collection_rate_pct,
    settlement_rate,
    settlement_rate_pct,
    balance,
    cases,
    debtors,
    unit_yen,
    submission_id,
    source_item,
    form,
    form_fiscal_year,
    received_at
{%- endmacro %}

{#
    The rows of `relation` with all that is computed from their typed amounts, as a subquery. What is
    computed here is computed nowhere else.
#}
{% macro computed_collection(relation) -%}
    (
        select
            *,
            {{ collection_rates() }},
            {{ settlement_rates() }}
        from (
            select
                *,
                {{ measure('settled_prior') }} as settled_prior,
                {{ measure('balance') }} as balance
            from (
                select
                    *,
                    {{ measure('reduction') }} as reduction,
                    {{ measure('balance_prior') }} as balance_prior,
                    {{ measure('settled_current') }} as settled_current,
                    {{ measure('balance_current') }} as balance_current
                from {{ relation }}
            )
        )
    )
{%- endmacro %}
