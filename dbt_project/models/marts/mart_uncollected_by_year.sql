{#-
    Where every form's answer meets: how much of a claim is still owed at the close of a year, and
    whether the target was met. Forms answer side by side; `is_chosen` marks one answer a claim and
    year, so that the chosen rows add up: totals are never chosen.
-#}
{%- set own = [
    'municipality_code', 'claim_key', 'fiscal_year', 'claim_number', 'claim_name', 'department',
] -%}
{%- set rates = [
    'collection_rate_current_pct', 'collection_rate_prior_pct', 'collection_rate_pct',
    'settlement_rate_current_pct', 'settlement_rate_prior_pct', 'settlement_rate_pct',
] -%}
{%- set balances = ['balance', 'balance_prior', 'balance_current'] -%}
{%- set plan_figures = [
    'uncollected_actual', 'uncollected_target', 'collection_rate_actual', 'collection_rate_target',
] -%}
{%- set targets = ['initial_target', 'revised_target', 'target_balance', 'target_kind'] -%}

with target_of_year as (
    select * from {{ ref('mart_target_ageing') }}
    where part = 'total'
),

claim as (
    select * from {{ ref('dim_claim') }}
),

submission as (
    select * from {{ ref('mart_submission') }}
),

-- The seven rows of the annual forms: results and targets of a year side by side, described as the
-- newest form does.
reported as (
    select
        municipality_code,
        claim_number as claim_key,
        claim_number,
        fiscal_year,
        {% for attribute in ['claim_name', 'claim_classes', 'department'] -%}
        max_by({{ attribute }}, form_fiscal_year) as {{ attribute }},
        {% endfor -%}
        {% for column in ['stage', 'cases', 'debtors'] + balances + rates -%}
        max(case when scenario = 'actual' then {{ column }} end) as {{ column }},
        {% endfor -%}
        -- A year to come has targets only.
        coalesce(
            max(case when scenario = 'actual' then submission_id end),
            max_by(submission_id, form_fiscal_year || source_item)
        ) as submission_id,
        coalesce(
            max(case when scenario = 'actual' then source_item end),
            max_by(source_item, form_fiscal_year || source_item)
        ) as source_item
    from {{ ref('fct_collection') }}
    where form = 'annual'
    group by municipality_code, claim_number, fiscal_year
),

aimed as (
    select
        reported.*,
        {% for column in targets -%}
        target_of_year.{{ column }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from reported
    left join target_of_year
        on
            reported.municipality_code = target_of_year.municipality_code
            and reported.claim_key = target_of_year.claim_key
            and reported.fiscal_year = target_of_year.fiscal_year
),

of_annual_form as (
    select
        {{ answers('annual', own + balances + rates + targets + [
            'claim_classes', 'stage', 'cases', 'debtors', 'submission_id', 'source_item',
        ]) }}
    from aimed
),

-- Where the rows above it are of another scope, only the sheet's own total is of all that is owed.
settled as (
    select
        *,
        case when scope_note is null then uncollected else uncollected_reported end as balance
    from {{ ref('mart_settlement') }}
),

of_sheet as (
    select
        {{ answers('promotion', ['claim_classes', 'balance', 'debtors', 'debtor_unit'], {
            'municipality_code': 'coalesce(settled.municipality_code, sheet_target.municipality_code)',
            'claim_key': 'coalesce(settled.claim_key, sheet_target.claim_key)',
            'fiscal_year': 'coalesce(settled.fiscal_year, sheet_target.fiscal_year)',
            'claim_number': 'coalesce(settled.claim_number, sheet_target.claim_number)',
            'claim_name': 'coalesce(settled.claim_name, sheet_target.claim_name)',
            'department': 'coalesce(settled.department, sheet_target.department)',
            'stage': "case when settled.balance is not null then 'final' end",
            'collection_rate_current_pct': 'settled.rate_current_pct',
            'collection_rate_prior_pct': 'settled.rate_prior_pct',
            'collection_rate_pct': 'settled.rate_pct',
            'target_balance': 'sheet_target.uncollected_target',
            'target_kind': 'case when sheet_target.uncollected_target is not null'
                ~ " then 'sheet_target' end",
            'collection_rate_current_target_pct': 'sheet_target.rate_current_pct',
            'collection_rate_prior_target_pct': 'sheet_target.rate_prior_pct',
            'differs_in_scope': 'settled.scope_note is not null',
            'submission_id': 'coalesce(settled.submission_id, sheet_target.submission_id)',
        }) }}
    from settled
    full join {{ ref('mart_settlement_target') }} as sheet_target
        on
            settled.municipality_code = sheet_target.municipality_code
            and settled.claim_key = sheet_target.claim_key
            and settled.fiscal_year = sheet_target.fiscal_year
),

-- Rows of a table that are of one claim add up; their rates do not.
plan_figure as (
    select
        municipality_code,
        claim_key,
        claim_number,
        plan,
        is_total,
        fiscal_year,
        measure || '_' || kind as figure,
        min(claim_name) as claim_name,
        min(department) as department,
        max(basis) as basis,
        max(submission_id) as submission_id,
        case
            when measure = 'uncollected' and count(value) = count(*) then sum(value)
            when count(*) = 1 then max(value)
        end as value
    from {{ ref('mart_plan_progress') }}
    group by
        municipality_code, claim_key, claim_number, plan, is_total, fiscal_year, measure, kind
),

planned as (
    select
        municipality_code,
        claim_key,
        claim_number,
        plan,
        is_total,
        fiscal_year,
        min(claim_name) as claim_name,
        min(department) as department,
        {% for figure in plan_figures -%}
        max(case when figure = '{{ figure }}' then value end) as {{ figure }},
        max(case when figure = '{{ figure }}' then submission_id end) as {{ figure }}_submission_id,
        {% endfor -%}
        max(basis) as basis
    from plan_figure
    where value is not null
    group by municipality_code, claim_key, claim_number, plan, is_total, fiscal_year
),

-- Amounts and rates stand in two tables: the answer names the one that tells the amount.
of_plan as (
    select
        {{ answers('plan', own + ['plan', 'is_total'], {
            'stage': "case when uncollected_actual is not null then 'final' end",
            'balance': 'uncollected_actual',
            'collection_rate_pct': 'collection_rate_actual',
            'target_balance': 'uncollected_target',
            'target_kind': "case when uncollected_target is not null then 'plan_target' end",
            'collection_rate_target_pct': 'collection_rate_target',
            'is_footnoted': "basis = 'footnote'",
            'submission_id': 'coalesce('
                ~ 'uncollected_actual_submission_id, uncollected_target_submission_id, '
                ~ 'collection_rate_actual_submission_id, collection_rate_target_submission_id)',
        }) }}
    from planned
),

of_list as (
    select
        {{ answers('claim_list', [
            'municipality_code', 'claim_key', 'claim_number', 'fiscal_year',
        ], {
            'stage': "'final'",
            'claim_name': 'min(claim_name)',
            'claim_classes': 'min(claim_classes)',
            'department': 'min(section)',
            'balance': complete_sum('uncollected'),
            'submission_id': 'min(submission_id)',
            'source_item': 'min(source_item)',
        }) }}
    from {{ ref('mart_claim_list') }}
    group by municipality_code, claim_key, claim_number, fiscal_year
),

-- What the newest of the other tables tells; owners of one claim add up.
of_figure as (
    select
        {{ answers('figure', ['municipality_code', 'claim_key', 'fiscal_year', 'submission_id'], {
            'claim_number': 'min(claim_number)',
            'claim_name': 'min(claim_name)',
            'department': 'min(department)',
            'claim_classes': 'min(' ~ json_said('dimensions', 'claim_classes') ~ ')',
            'balance': 'sum(value)',
        }) }}
    from {{ ref('mart_figure') }}
    where is_balance_of_claim
    group by municipality_code, claim_key, fiscal_year, submission_id
    having count(*) = 1 or count(*) = count(distinct department)
    qualify row_number() over (
        partition by municipality_code, claim_key, fiscal_year
        order by max(received_at) desc, submission_id desc
    ) = 1
),

city as (
    select
        municipality_code,
        fiscal_year,
        max(actual) as balance,
        max(actual_prior) as balance_prior,
        max(actual_current) as balance_current,
        max(submission_id) as submission_id,
        max_by(source_item, revision_no) as source_item
    from {{ ref('mart_city_target') }}
    group by municipality_code, fiscal_year
),

of_city as (
    select
        {{ answers('city_target', targets, {
            'municipality_code': 'city.municipality_code',
            'claim_key': "'全市'",
            'fiscal_year': 'city.fiscal_year',
            'is_total': 'true',
            'claim_name': "'全市'",
            'balance': 'city.balance',
            'balance_prior': 'city.balance_prior',
            'balance_current': 'city.balance_current',
            'submission_id': 'city.submission_id',
            'source_item': 'city.source_item',
        }) }}
    from city
    left join target_of_year
        on
            city.municipality_code = target_of_year.municipality_code
            and city.fiscal_year = target_of_year.fiscal_year
            and target_of_year.claim_key = '全市'
),

answer as (
    {% for form in ['of_annual_form', 'of_sheet', 'of_plan', 'of_list', 'of_figure', 'of_city'] -%}
    select * from {{ form }}
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

-- One answer a claim and year: one that tells the balance, from the form that says most.
ranked as (
    select
        answer.*,
        case when answer.is_footnoted then 'footnote' else claim.basis end as basis,
        {{ year_closes_on('answer.fiscal_year', 'claim.basis') }} as as_of,
        not answer.is_total
        and row_number() over (
            partition by answer.municipality_code, answer.claim_key, answer.fiscal_year
            order by
                case when answer.balance is null then 1 else 0 end,
                case answer.form
                    when 'annual' then 1
                    when 'promotion' then 2
                    when 'plan' then 3
                    when 'claim_list' then 4
                    when 'figure' then 5
                end,
                submission.received_at desc,
                answer.plan desc
        ) = 1 as is_chosen
    from answer
    inner join submission on answer.submission_id = submission.submission_id
    left join claim
        on {{ claim_on(year_ends_on('answer.fiscal_year'), 'answer', 'claim', 'claim_key') }}
),

-- The year before as the same form tells it, else as the chosen one does. The total of another plan
-- is one of other claims.
beside as (
    select
        ranked.*,
        coalesce(same_form.balance, chosen.balance) as balance_last_year,
        case when same_form.balance is not null then same_form.basis else chosen.basis end
            as basis_last_year
    from ranked
    left join ranked as same_form
        on
            ranked.municipality_code = same_form.municipality_code
            and ranked.claim_key = same_form.claim_key
            and ranked.fiscal_year - 1 = same_form.fiscal_year
            and ranked.form = same_form.form
            and ranked.plan is not distinct from same_form.plan
    left join ranked as chosen
        on
            ranked.municipality_code = chosen.municipality_code
            and ranked.claim_key = chosen.claim_key
            and ranked.fiscal_year - 1 = chosen.fiscal_year
            and chosen.is_chosen
),

judged as (
    select
        *,
        -- A footnote defines the figure otherwise than any basis does.
        balance is not null
        and balance_last_year is not null
        and (
            coalesce(basis <> basis_last_year, false)
            or (coalesce(basis, '') = 'footnote') <> (coalesce(basis_last_year, '') = 'footnote')
        ) as is_basis_break
    from beside
),

compared as (
    select
        *,
        case when not is_basis_break then {{ measure('change') }} end as change,
        {{ measure('above_target') }} as above_target,
        {{ measure_pct('achievement_rate') }} as achievement_rate_pct,
        balance <= target_balance as attained
    from judged
),

noted as (
    select
        *,
        nullif(
            concat_ws(
                '、',
                case when balance is null then '実績の提出なし' end,
                case when target_balance is null then '目標なし' end,
                case when balance is not null and balance_last_year is null then '前年度の残高なし' end,
                case
                    when is_basis_break and 'footnote' in (basis, basis_last_year)
                        then '計画表の注により定義が前年度と違うため比較しない'
                    when is_basis_break then '残高の締めが前年度と違うため比較しない'
                end,
                case when differs_in_scope then '徴収率の対象は残高より狭い' end
            ),
            ''
        ) as note
    from compared
)

select
    municipality_code,
    claim_key,
    fiscal_year,
    form,
    plan,
    is_chosen,
    is_total,
    claim_number,
    claim_name,
    claim_classes,
    department,
    stage,
    as_of,
    basis,
    balance,
    balance_prior,
    balance_current,
    cases,
    debtors,
    debtor_unit,
    collection_rate_current_pct,
    collection_rate_prior_pct,
    collection_rate_pct,
    settlement_rate_current_pct,
    settlement_rate_prior_pct,
    settlement_rate_pct,
    initial_target,
    revised_target,
    target_balance,
    target_kind,
    above_target,
    attained,
    achievement_rate_pct,
    collection_rate_current_target_pct,
    collection_rate_prior_target_pct,
    collection_rate_target_pct,
    balance_last_year,
    change,
    is_basis_break,
    note,
    submission_id,
    source_item
from noted
