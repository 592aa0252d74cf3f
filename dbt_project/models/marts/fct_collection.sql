{#- Its history where nothing ended, and not read from there: of the many rows few are computed. -#}
with known as (
    select
        typed.*,
        collection_known.known_from,
        collection_known.known_to
    from {{ ref('int_collection_typed') }} as typed
    inner join {{ ref('int_collection_known') }} as collection_known
        on
            typed.submission_id = collection_known.submission_id
            and typed.source_item = collection_known.source_item
    where collection_known.known_to is null
)

select
    {{ collection_columns() }},
    known_from,
    known_to
from {{ computed_collection('known') }}
