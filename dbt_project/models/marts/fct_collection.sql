with history as (
    select * from {{ ref('fct_collection_history') }}
)

select
    {{ collection_columns() }}
from history
where known_to is null
