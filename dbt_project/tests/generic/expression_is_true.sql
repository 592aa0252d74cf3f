{# The expression holds in every row; NULL passes. Fails with the rows where it does not. #}
{% test expression_is_true(model, expression) %}

select * from {{ model }}
where not ({{ expression }})

{% endtest %}
