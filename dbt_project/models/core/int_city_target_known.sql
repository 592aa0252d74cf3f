{#-
    A list speaks of many years, and what counts of one depends on the others that are known: the
    answer is worked out for each moment, then put together.
-#}
with said as (
    select
        city_target.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_city_target') }} as city_target
    inner join {{ ref('int_submission_known') }} as submission_known
        on city_target.submission_id = submission_known.submission_id
),

told as (
    {{ each_moment('said', of=['municipality_code']) }}
),

-- What a newer list says of a target, and of a year's result, replaces what an older one said.
newest as (
    select
        *,
        max(form_fiscal_year) over (
            partition by municipality_code, moment, fiscal_year, target_kind, decided_on
        ) as newest_of_target,
        max(case when actual is not null then form_fiscal_year end) over (
            partition by municipality_code, moment, fiscal_year
        ) as newest_of_actual,
        count(target) over (partition by municipality_code, moment, fiscal_year) as targets
    from told
),

result as (
    select
        municipality_code,
        moment,
        fiscal_year,
        {% for amount in ['actual', 'actual_current', 'actual_prior'] -%}
        max({{ amount }}) as {{ amount }},
        {% endfor -%}
        count(distinct actual) as actuals
    from newest
    where form_fiscal_year = newest_of_actual
    group by municipality_code, moment, fiscal_year
),

listed_target as (
    select
        newest.submission_id,
        newest.source_item,
        newest.municipality_code,
        newest.moment,
        newest.next_moment,
        newest.fiscal_year,
        newest.target,
        newest.target_current,
        newest.target_prior,
        result.actual,
        result.actual_current,
        result.actual_prior,
        result.actuals,
        newest.decided_on,
        newest.meeting,
        newest.reason,
        newest.unit_yen,
        newest.form_fiscal_year,
        newest.known_from,
        newest.known_to,
        -- The initial target first; a list names revisions in the order in which they were made.
        cast(
            row_number() over (
                partition by newest.municipality_code, newest.moment, newest.fiscal_year
                order by
                    case newest.target_kind when 'initial_target' then 0 else 1 end asc,
                    newest.decided_on asc nulls last,
                    newest.form_fiscal_year asc,
                    newest.no asc
            ) as integer
        ) as revision_no,
        case when newest.target is not null then newest.target_kind end as target_kind
    from newest
    left join result
        on
            newest.municipality_code = result.municipality_code
            and newest.moment = result.moment
            and newest.fiscal_year = result.fiscal_year
    where
        newest.form_fiscal_year = newest.newest_of_target
        -- A year without a target has one row, for its result.
        and (newest.target is not null or newest.targets = 0)
),

changed as (
    select
        *,
        target - lag(target) over (
            partition by municipality_code, moment, fiscal_year
            order by revision_no
        ) as target_change,
        revision_no = max(revision_no) over (
            partition by municipality_code, moment, fiscal_year
        ) as is_last_revision
    from listed_target
),

known as (
    {{ spans('changed', same=[
        'submission_id', 'source_item', 'revision_no', 'is_last_revision', 'target_change',
        'actual', 'actual_current', 'actual_prior',
    ]) }}
)

select
    submission_id,
    source_item,
    municipality_code,
    fiscal_year,
    target_kind,
    revision_no,
    is_last_revision,
    target,
    target_current,
    target_prior,
    target_change,
    actual,
    actual_current,
    actual_prior,
    actuals,
    decided_on,
    meeting,
    reason,
    unit_yen,
    form_fiscal_year,
    known_from,
    known_to
from known
