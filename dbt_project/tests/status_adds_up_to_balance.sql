{#-
    Section 3, where the form has one, against row D: the classes of a part add up to its balance.
    Each amount is rounded to the form's unit, so n amounts may miss their rounded total by
    (n + 1) / 2 units.
-#}
with closing as (
    select * from {{ ref('int_collection') }}
    where form = 'annual' and in_force and stage = 'provisional'
),

status as (
    select
        submission_id,
        part,
        {{ yen_sum('balance') }} as status_balance,
        sum(case when balance <> 0 then 1 else 0 end) as amounts
    from {{ ref('int_claim_status') }}
    group by submission_id, part
),

balance as (
    {% for part in ['prior', 'current'] -%}
    select
        submission_id,
        unit_yen,
        '{{ part }}' as part,
        balance_{{ part }} as balance
    from closing
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

compared as (
    select
        balance.submission_id,
        -- Where the balance comes from: the typed amounts of row D.
        'collection' as block,
        'D' as source_item,
        balance.part,
        balance.unit_yen,
        balance.balance,
        coalesce(status.status_balance, 0) as status_balance,
        coalesce(status.amounts, 0) as amounts
    from balance
    left join status
        on balance.submission_id = status.submission_id and balance.part = status.part
)

select * from compared
where
    2 * abs(status_balance - balance) > (amounts + 1) * unit_yen
    and submission_id in (select status.submission_id from status)
    and submission_id not in {{ waived(['status_total', 'status_subtotal']) }}
