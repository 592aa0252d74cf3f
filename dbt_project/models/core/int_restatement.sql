{%- set figures = typed_measures() + ['balance_prior', 'balance_current', 'balance'] -%}

with collection as (
    select * from {{ ref('int_collection') }}
    where form = 'annual' and in_force
),

-- The forms in force that speak of one year, oldest form first.
figure as (
    {% for figure in figures -%}
    select
        municipality_code,
        claim_number,
        fiscal_year,
        scenario,
        '{{ figure }}' as measure,
        {{ figure }} as value,
        form_fiscal_year,
        submission_id,
        source_item,
        received_at,
        greatest(
            unit_yen,
            lag(unit_yen) over (
                partition by municipality_code, claim_number, fiscal_year, scenario
                order by form_fiscal_year
            )
        ) as unit_yen
    from collection
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

beside as (
    select
        *,
        lag(value) over (
            partition by municipality_code, claim_number, fiscal_year, scenario, measure
            order by form_fiscal_year
        ) as value_before,
        lag(submission_id) over (
            partition by municipality_code, claim_number, fiscal_year, scenario, measure
            order by form_fiscal_year
        ) as submission_id_before
    from figure
),

restated as (
    select
        *,
        {{ measure('restated_by') }} as restated_by
    from beside
)

-- A difference within the coarser unit is rounding.
select
    municipality_code,
    claim_number,
    fiscal_year,
    scenario,
    measure,
    form_fiscal_year,
    value_before,
    value,
    restated_by,
    submission_id_before,
    submission_id,
    source_item,
    received_at as restated_at
from restated
where abs(restated_by) >= unit_yen
