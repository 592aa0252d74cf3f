with typed as (
    select * from {{ ref('int_collection_typed') }}
),

by_part as (
    select
        *,
        {{ measure('reduction') }} as reduction,
        {{ measure('balance_prior') }} as balance_prior,
        {{ measure('settled_current') }} as settled_current,
        {{ measure('balance_current') }} as balance_current
    from typed
),

in_total as (
    select
        *,
        {{ measure('settled_prior') }} as settled_prior,
        {{ measure('balance') }} as balance
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
