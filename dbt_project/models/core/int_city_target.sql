{%- set amounts = [
    'target', 'target_current', 'target_prior', 'actual', 'actual_current', 'actual_prior',
] -%}

with submission as (
    select * from {{ ref('int_submission') }}
    where form = 'city_target' and in_force
),

listed as (
    select
        submission_id,
        item as source_item,
        {% for amount in amounts -%}
        max(case when measure = '{{ amount }}' then number end) as {{ amount }},
        {% endfor -%}
        {% for measure in ['target_kind', 'decided_on', 'meeting', 'reason'] -%}
        max(case when measure = '{{ measure }}' then text end) as {{ measure }},
        {% endfor -%}
        max(fiscal_year) as fiscal_year
    from {{ ref('stg_cell') }}
    where block = 'city_target'
    group by submission_id, item
),

described as (
    select
        listed.submission_id,
        listed.source_item,
        submission.municipality_code,
        listed.fiscal_year,
        listed.target_kind,
        {% for amount in amounts -%}
        listed.{{ amount }},
        {% endfor -%}
        cast(listed.decided_on as date) as decided_on,
        listed.meeting,
        listed.reason,
        submission.unit_yen,
        submission.fiscal_year as form_fiscal_year,
        submission.received_at,
        cast(listed.source_item as integer) as no
    from listed
    inner join submission on listed.submission_id = submission.submission_id
),

-- What a newer list says of a target, and of a year's result, replaces what an older one said.
newest as (
    select
        *,
        max(form_fiscal_year) over (
            partition by municipality_code, fiscal_year, target_kind, decided_on
        ) as newest_of_target,
        max(case when actual is not null then form_fiscal_year end) over (
            partition by municipality_code, fiscal_year
        ) as newest_of_actual,
        count(target) over (partition by municipality_code, fiscal_year) as targets
    from described
),

result as (
    select
        municipality_code,
        fiscal_year,
        {% for amount in ['actual', 'actual_current', 'actual_prior'] -%}
        max({{ amount }}) as {{ amount }},
        {% endfor -%}
        count(distinct actual) as actuals
    from newest
    where form_fiscal_year = newest_of_actual
    group by municipality_code, fiscal_year
),

listed_target as (
    select
        newest.*,
        result.actual as actual_of_year,
        result.actual_current as actual_current_of_year,
        result.actual_prior as actual_prior_of_year,
        result.actuals,
        -- The initial target first; a list names revisions in the order in which they were made.
        cast(
            row_number() over (
                partition by newest.municipality_code, newest.fiscal_year
                order by
                    case newest.target_kind when 'initial_target' then 0 else 1 end asc,
                    newest.decided_on asc nulls last,
                    newest.form_fiscal_year asc,
                    newest.no asc
            ) as integer
        ) as revision_no,
        case when newest.target is not null then newest.target_kind end as kind_of_target
    from newest
    left join result
        on
            newest.municipality_code = result.municipality_code
            and newest.fiscal_year = result.fiscal_year
    where
        newest.form_fiscal_year = newest.newest_of_target
        -- A year without a target has one row, for its result.
        and (newest.target is not null or newest.targets = 0)
)

select
    submission_id,
    source_item,
    municipality_code,
    fiscal_year,
    kind_of_target as target_kind,
    target,
    target_current,
    target_prior,
    actual_of_year as actual,
    actual_current_of_year as actual_current,
    actual_prior_of_year as actual_prior,
    actuals,
    decided_on,
    meeting,
    reason,
    unit_yen,
    form_fiscal_year,
    revision_no
from listed_target
