{# Every row's key, of one or more columns, exists in the other relation; a key with NULL passes. #}
{% test foreign_key(model, columns, to) %}

with model as (
    select * from {{ model }}
)

select model.* from model
where
    {% for column in columns -%}
    model.{{ column }} is not null
    and
    {% endfor -%}
    not exists (
        select 1 from {{ to }} as other
        where
            {% for column in columns -%}
            model.{{ column }} = other.{{ column }}
            {% if not loop.last %}and{% endif %}
            {% endfor %}
    )

{% endtest %}
