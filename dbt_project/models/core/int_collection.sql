with typed as (
    select * from {{ ref('int_collection_typed') }}
),

by_part as (
    select
        *,
        carried_forward - assessed_prior as reduction,
        assessed_prior - (collected_prior + written_off_prior) as balance_prior,
        collected_current + written_off_current as settled_current,
        assessed_current - (collected_current + written_off_current) as balance_current
    from typed
),

in_total as (
    select
        *,
        reduction + collected_prior + written_off_prior as settled_prior,
        balance_prior + balance_current as balance
    from by_part
),

rated as (
    select
        *,
        {{ collection_rates() }},
        {{ settlement_rates() }}
    from in_total
)

select
    {{ collection_columns() }},
    in_force
from rated
