{#
    The claim as it was on a day: how `claim` (dim_claim) joins `row`. Whether its books close with
    a 出納整理期間 (basis) may change, e.g. when a service becomes a 公営企業. Rows that may have no
    number are `known_by` their claim_key.
#}
{% macro claim_on(day, row, claim, known_by='claim_number') -%}
    {{ row }}.municipality_code = {{ claim }}.municipality_code
    and {{ row }}.{{ known_by }} = {{ claim }}.{{ known_by }}
    and {{ day }} >= {{ claim }}.valid_from
    and {{ day }} < coalesce({{ claim }}.valid_to, make_date(9999, 12, 31))
{%- endmacro %}

{#
    Balances of two days are not comparable when the claim's books close otherwise on the one than on
    the other. A basis that nobody registered breaks nothing.
#}
{% macro is_basis_break(claim, claim_before) -%}
    coalesce({{ claim }}.basis <> {{ claim_before }}.basis, false)
{%- endmacro %}
