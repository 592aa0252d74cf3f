{%- set typed = typed_measures() -%}
{%- set row_year = 'submission.fiscal_year + annual_form_row.year_offset' -%}

with submission as (
    select * from {{ ref('int_submission') }}
    where status = 'accepted'
),

annual_form_row as (
    select * from {{ ref('annual_form_row') }}
),

typed as (
    select
        submission_id,
        item,
        {% for measure in typed + ['cases', 'debtors'] -%}
        max(case when measure = '{{ measure }}' then number end) as {{ measure }},
        {% endfor -%}
        max(case when measure = 'claim_name' then text end) as claim_name,
        max(case when measure = 'claim_classes' then text end) as claim_classes
    from {{ ref('stg_cell') }}
    where block = 'collection'
    group by submission_id, item
),

counts as (
    select
        submission_id,
        max(case when measure = 'cases' then number end) as cases,
        max(case when measure = 'debtors' then number end) as debtors
    from {{ ref('stg_cell') }}
    where block = 'total'
    group by submission_id
),

claim as (
    select * from {{ ref('int_registered_claim') }}
),

annual as (
    select
        submission.submission_id,
        submission.form,
        submission.fiscal_year as form_fiscal_year,
        typed.item as source_item,
        submission.municipality_code,
        submission.claim_number,
        submission.claim_name,
        submission.claim_classes,
        submission.department,
        {{ row_year }} as fiscal_year,
        annual_form_row.scenario,
        annual_form_row.stage,
        {{ year_closes_on(row_year, 'claim.basis') }} as as_of,
        {% for measure in typed -%}
        typed.{{ measure }},
        {% endfor -%}
        -- The form counts cases and debtors once, at the close of its own year; a table that a
        -- layout describes does in the row of that year.
        case
            when annual_form_row.stage = 'provisional' then coalesce(typed.cases, counts.cases)
        end as cases,
        case
            when annual_form_row.stage = 'provisional' then coalesce(typed.debtors, counts.debtors)
        end as debtors,
        submission.unit_yen,
        submission.received_at,
        submission.in_force
    from submission
    inner join typed on submission.submission_id = typed.submission_id
    inner join annual_form_row on typed.item = annual_form_row.source_item
    left join counts on submission.submission_id = counts.submission_id
    left join claim on {{ claim_on(year_ends_on(row_year), 'submission', 'claim') }}
    where submission.form = 'annual'
),

interim as (
    select
        submission.submission_id,
        submission.form,
        submission.fiscal_year as form_fiscal_year,
        typed.item as source_item,
        submission.municipality_code,
        typed.item as claim_number,
        typed.claim_name,
        typed.claim_classes,
        submission.department,
        submission.fiscal_year,
        'actual' as scenario,
        'interim' as stage,
        submission.as_of,
        {% for measure in typed -%}
        typed.{{ measure }},
        {% endfor -%}
        typed.cases,
        typed.debtors,
        submission.unit_yen,
        submission.received_at,
        submission.in_force
    from submission
    inner join typed on submission.submission_id = typed.submission_id
    where submission.form = 'interim'
),

every_form as (
    select * from annual
    union all
    select * from interim
)

select * from every_form
