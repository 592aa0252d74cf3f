{#
    The comments of a relation and its columns, without asking the database which columns there
    are, as dbt does for each: a column described that is not there is an error.
#}
{% macro comments(relation, model) -%}
    comment on {{ relation.type }} {{ relation }}
    is {{ duckdb_escape_comment(model.description) }};
    {% for name, description in column_descriptions(model).items() -%}
        comment on column {{ relation }}.{{ name }}
        is {{ duckdb_escape_comment(description) }};
    {% endfor %}
{%- endmacro %}
