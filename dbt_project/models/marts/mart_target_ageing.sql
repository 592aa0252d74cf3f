{%- set parts = {
    'prior': ['balance_prior', 'target_prior', 'actual_prior'],
    'current': ['balance_current', 'target_current', 'actual_current'],
    'total': ['balance', 'target', 'actual'],
} -%}

with collection as (
    select * from {{ ref('fct_collection') }}
    where form = 'annual'
),

-- Which of several revisions was the last.
city_target as (
    select
        *,
        row_number() over (
            partition by municipality_code, fiscal_year, target_kind
            order by revision_no desc
        ) as nth_last
    from {{ ref('mart_city_target') }}
    where target_kind is not null
),

-- One figure a row: what a form set as a target of a year, or reported as its result.
figure as (
    {% for part, (balance, target, actual) in parts.items() -%}
    select
        municipality_code,
        claim_number as claim_key,
        claim_number,
        claim_name,
        claim_classes,
        department,
        form,
        fiscal_year,
        '{{ part }}' as part,
        scenario,
        stage,
        {{ balance }} as balance,
        form_fiscal_year,
        submission_id
    from collection
    union all
    select
        municipality_code,
        '全市' as claim_key,
        null as claim_number,
        '全市' as claim_name,
        null as claim_classes,
        null as department,
        'city_target' as form,
        fiscal_year,
        '{{ part }}' as part,
        target_kind as scenario,
        null as stage,
        {{ target }} as balance,
        null as form_fiscal_year,
        submission_id
    from city_target
    where nth_last = 1
    union all
    select distinct
        municipality_code,
        '全市' as claim_key,
        null as claim_number,
        '全市' as claim_name,
        null as claim_classes,
        null as department,
        'city_target' as form,
        fiscal_year,
        '{{ part }}' as part,
        'actual' as scenario,
        null as stage,
        {{ actual }} as balance,
        null as form_fiscal_year,
        submission_id
    from city_target
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

-- A row that the form leaves blank because there is no target is not a target of 0 yen: C where
-- section 1 has no target to meet, and then E, which goes on from C.
meant as (
    select figure.*
    from figure
    left join {{ ref('mart_target_attainment') }} as of_year
        on
            figure.municipality_code = of_year.municipality_code
            and figure.claim_number = of_year.claim_number
            and figure.fiscal_year = of_year.fiscal_year
            and figure.part = of_year.part
            and figure.scenario = 'revised_target'
    left join {{ ref('mart_target_attainment') }} as of_year_before
        on
            figure.municipality_code = of_year_before.municipality_code
            and figure.claim_number = of_year_before.claim_number
            and figure.fiscal_year - 1 = of_year_before.fiscal_year
            and figure.form_fiscal_year = of_year_before.fiscal_year
            and of_year_before.part = 'total'
            and figure.scenario = 'initial_target'
    where
        figure.balance is not null
        and coalesce(of_year.computed, '') <> '—'
        and not (coalesce(of_year_before.computed, '') = '—' and figure.balance = 0)
),

step as (
    select
        municipality_code,
        claim_key,
        fiscal_year,
        part,
        {% for scenario in ['initial_target', 'revised_target', 'actual'] -%}
        max(case when scenario = '{{ scenario }}' then balance end) as {{ scenario }},
        max(case when scenario = '{{ scenario }}' then form_fiscal_year end)
            as {{ scenario }}_form_fiscal_year,
        max(case when scenario = '{{ scenario }}' then submission_id end)
            as {{ scenario }}_submission_id,
        {% endfor -%}
        max(claim_number) as claim_number,
        -- As the newest form calls it.
        {% for attribute in ['claim_name', 'claim_classes', 'department', 'form'] -%}
        max_by({{ attribute }}, coalesce(form_fiscal_year, 0)) as {{ attribute }},
        {% endfor -%}
        max(stage) as stage
    from meant
    group by municipality_code, claim_key, fiscal_year, part
),

targeted as (
    select
        *,
        coalesce(revised_target, initial_target) as target_balance,
        case
            when revised_target is not null then 'revised_target' else 'initial_target'
        end as target_kind,
        {{ measure('target_change') }} as target_change
    from step
    where revised_target is not null or initial_target is not null
),

compared as (
    select
        *,
        part = 'total' or form = 'city_target' as is_total,
        {{ target_change_kind('target_change') }} as target_change_kind,
        {{ measure('above_target', balance='actual', target_balance='initial_target') }}
            as above_initial_target,
        {{ measure('above_target', balance='actual') }} as above_target,
        actual <= initial_target as attained_initially,
        actual <= target_balance as attained
    from targeted
)

select
    municipality_code,
    claim_key,
    fiscal_year,
    part,
    claim_number,
    claim_name,
    claim_classes,
    department,
    form,
    is_total,
    initial_target,
    revised_target,
    target_change,
    target_change_kind,
    target_balance,
    target_kind,
    actual as actual_balance,
    stage,
    above_initial_target,
    above_target,
    attained_initially,
    attained,
    initial_target_form_fiscal_year,
    revised_target_form_fiscal_year,
    actual_form_fiscal_year,
    initial_target_submission_id,
    revised_target_submission_id,
    actual_submission_id
from compared
