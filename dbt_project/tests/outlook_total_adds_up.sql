{#- The outlook of a total is the sum of its claims, those without one as they stand. -#}
with claim as (
    select
        municipality_code,
        as_of,
        sum(coalesce(expected_balance, balance)) as expected_of_claims
    from {{ ref('mart_outlook') }}
    group by municipality_code, as_of
),

total as (
    select
        municipality_code,
        as_of,
        dimension,
        sum(expected_balance) as expected_balance,
        count(*) - count(expected_balance) as totals_without_outlook
    from {{ ref('mart_outlook_total') }}
    group by municipality_code, as_of, dimension
)

select
    total.*,
    claim.expected_of_claims
from total
inner join claim
    on total.municipality_code = claim.municipality_code and total.as_of = claim.as_of
where total.totals_without_outlook = 0 and total.expected_balance <> claim.expected_of_claims
