{# The columns together identify a row. Fails with every row that shares its key. #}
{% test unique_combination(model, columns) %}

with counted as (
    select
        *,
        count(*) over (partition by {{ columns | join(', ') }}) as rows_with_this_key
    from {{ model }}
)

select * from counted
where rows_with_this_key > 1

{% endtest %}
