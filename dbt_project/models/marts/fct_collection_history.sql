with known as (
    select * from {{ ref('int_collection_known') }}
)

select
    {{ collection_columns() }},
    known_from,
    known_to
from known
