{#- 合計 of a claim list is the sum of its claims. -#}
with listed as (
    select
        submission_id,
        max(municipality_code) as municipality_code,
        max(unit_yen) as unit_yen,
        {{ yen_sum('uncollected') }} as uncollected,
        count(*) as claims
    from {{ ref('int_claim_list') }}
    where in_force
    group by submission_id
),

form_total as (
    select * from {{ ref('stg_cell') }}
    where block = 'total' and measure = 'uncollected'
)

select
    listed.submission_id,
    form_total.block,
    form_total.item as source_item,
    form_total.measure,
    form_total.cell,
    listed.municipality_code,
    form_total.number as reported,
    listed.uncollected as computed
from listed
inner join form_total on listed.submission_id = form_total.submission_id
-- Amounts in 千円 may be rounded one by one; those in yen are exact.
where
    2 * abs(form_total.number - listed.uncollected)
    > case when listed.unit_yen = 1 then 0 else (listed.claims + 1) * listed.unit_yen end
    and listed.submission_id not in {{ waived(['grand_total', 'parts']) }}
