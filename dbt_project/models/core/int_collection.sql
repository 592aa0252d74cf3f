{#- A view, in whichever file it is: what nobody asks for is not computed. -#}
{{ config(materialized='view') }}

with typed as (
    select * from {{ ref('int_collection_typed').include(database=false) }}
)

select
    {{ collection_columns() }},
    in_force
from {{ computed_collection('typed') }}
