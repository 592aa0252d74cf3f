with known as (
    select * from {{ ref('int_collection_known') }}
)

select
    {{ collection_columns() }}
from known
where known_to is null
