{%- set parts = {
    'prior': {'assessed': 'assessed_prior', 'balance': 'balance_prior'},
    'current': {'assessed': 'assessed_current', 'balance': 'balance_current'},
    'total': {'assessed': 'assessed', 'balance': 'balance'},
} -%}

with collection as (
    select
        *,
        {{ measure('assessed') }} as assessed,
        abs(carried_forward)
        + abs(assessed_prior) + abs(collected_prior) + abs(written_off_prior)
        + abs(assessed_current) + abs(collected_current) + abs(written_off_current)
            as typed_in_all
    from {{ ref('int_collection') }}
    where form = 'annual'
),

-- A claim is new in the form's year when the rows A to C are blank or zero.
earlier as (
    select
        submission_id,
        sum(typed_in_all) = 0 as is_new
    from collection
    where source_item in ('A', 'B', 'C')
    group by submission_id
),

-- The form's own rows: C is the target, D what came of it.
form as (
    select
        actual.submission_id,
        actual.municipality_code,
        actual.claim_number,
        actual.fiscal_year,
        {% for part, figure in parts.items() -%}
        planned.{{ figure.assessed }} as target_assessed_{{ part }},
        planned.{{ figure.balance }} as target_balance_{{ part }},
        actual.{{ figure.balance }} as actual_balance_{{ part }},
        {% endfor -%}
        earlier.is_new
    from collection as actual
    inner join collection as planned
        on actual.submission_id = planned.submission_id and planned.source_item = 'C'
    inner join earlier on actual.submission_id = earlier.submission_id
    where actual.source_item = 'D'
),

by_part as (
    {% for part in parts -%}
    select
        submission_id,
        municipality_code,
        claim_number,
        fiscal_year,
        is_new,
        '{{ part }}' as part,
        target_assessed_{{ part }} as target_assessed,
        target_balance_{{ part }} as target_balance,
        actual_balance_{{ part }} as actual_balance
    from form
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

reported as (
    select
        submission_id,
        item as part,
        max(text) as reported
    from {{ ref('stg_cell') }}
    where block = 'attainment'
    group by submission_id, item
),

judged as (
    select
        by_part.*,
        reported.reported,
        case
            when by_part.is_new then '—'
            when by_part.target_assessed = 0 and by_part.actual_balance = 0 then '—'
            when by_part.actual_balance <= by_part.target_balance then 'A'
            else 'B'
        end as computed
    from by_part
    left join reported
        on by_part.submission_id = reported.submission_id and by_part.part = reported.part
)

select * from judged
