with submission as (
    select * from {{ ref('int_submission') }}
    where form = 'annual'
),

status as (
    select
        submission_id,
        item as source_item,
        split_part(item, '/', 1) as part,
        split_part(item, '/', 2) as status_code,
        max(case when measure = 'cases' then number end) as cases,
        max(case when measure = 'balance' then number end) as balance
    from {{ ref('stg_cell') }}
    where block = 'status'
    group by submission_id, item
),

placed as (
    select
        submission.municipality_code,
        submission.claim_number,
        submission.fiscal_year,
        status.part,
        status.status_code,
        status.cases,
        status.balance,
        submission.unit_yen,
        submission.submission_id,
        status.source_item
    from submission
    inner join status on submission.submission_id = status.submission_id
)

select * from placed
