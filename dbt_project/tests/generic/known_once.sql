{# Of what the columns identify, one row at most is known at any moment. Fails with the others. #}
{% test known_once(model, columns) %}

with followed as (
    select
        *,
        lead(known_from) over (
            partition by {{ columns | join(', ') }}
            order by known_from
        ) as next_known_from
    from {{ model }}
)

select * from followed
where
    known_to <= known_from
    or next_known_from < coalesce(known_to, {{ end_of_time() }})

{% endtest %}
