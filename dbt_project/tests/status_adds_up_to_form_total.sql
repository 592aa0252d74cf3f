{#- The figures under section 3: cases are the sum of the classes, the balance is row D's ケ''. -#}
with closing as (
    select * from {{ ref('int_collection') }}
    where form = 'annual' and in_force and stage = 'provisional'
),

status as (
    select
        submission_id,
        sum(cases) as cases
    from {{ ref('int_claim_status') }}
    group by submission_id
),

form_total as (
    select * from {{ ref('stg_cell') }}
    where block = 'total'
),

compared as (
    select
        closing.submission_id,
        form_total.block,
        form_total.item as source_item,
        form_total.measure,
        form_total.cell,
        form_total.number as reported,
        case form_total.measure when 'cases' then status.cases else closing.balance end as computed,
        -- Two parts and their total, each rounded to the form's unit.
        case form_total.measure when 'cases' then 0 else 3 * closing.unit_yen end as twice_tolerance
    from closing
    inner join form_total on closing.submission_id = form_total.submission_id
    left join status on closing.submission_id = status.submission_id
    where form_total.measure in ('cases', 'balance')
)

select * from compared
where
    2 * abs(reported - computed) > twice_tolerance
    and submission_id not in {{ waived(['grand_total', 'status_subtotal']) }}
