with submission as (
    select * from {{ ref('int_submission') }}
    where form = 'claim_list' and status = 'accepted'
),

listed as (
    select
        submission_id,
        item as source_item,
        {% for measure in ['claim_name', 'claim_classes', 'bureau', 'section'] -%}
        max(case when measure = '{{ measure }}' then text end) as {{ measure }},
        {% endfor -%}
        max(case when measure = 'uncollected' then number end) as uncollected
    from {{ ref('stg_cell') }}
    where block = 'claim_list'
    group by submission_id, item
),

described as (
    select
        listed.*,
        submission.municipality_code,
        submission.fiscal_year,
        submission.unit_yen,
        submission.received_at,
        submission.in_force,
        cast(listed.source_item as integer) as no
    from listed
    inner join submission on listed.submission_id = submission.submission_id
)

select * from described
