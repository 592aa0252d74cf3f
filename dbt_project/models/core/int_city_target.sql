{%- set amounts = [
    'target', 'target_current', 'target_prior', 'actual', 'actual_current', 'actual_prior',
] -%}

with submission as (
    select * from {{ ref('int_submission') }}
    where form = 'city_target' and status = 'accepted'
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
        cast(listed.source_item as integer) as no
    from listed
    inner join submission on listed.submission_id = submission.submission_id
)

select * from described
