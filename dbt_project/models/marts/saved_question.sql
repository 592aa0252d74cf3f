with question (name, title, occasion, sql) as (
    values
    {%- for question in questions() %}
    (
        {{ text_literal(question.name) }},
        {{ text_literal(question.title) }},
        {{ text_literal(question.occasion) }},
        {{ text_literal(question.sql) }}
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
