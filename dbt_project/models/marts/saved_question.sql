with question (name, title, occasion, sql) as (
    values
    {%- for question in questions() %}
    (
        {{ sql_text(question.name) }},
        {{ sql_text(question.title) }},
        {{ sql_text(question.occasion) }},
        {{ sql_text(question.sql) }}
    ),
    {%- endfor %}
    (null, null, null, null)
)

select
    name,
    title,
    occasion,
    sql
from question
where name is not null
