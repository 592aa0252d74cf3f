{#
    The comments of a relation and its columns, without asking the database which columns there
    are, as dbt does for each: a column described that is not there is an error.
#}
{% macro comments(relation, model) -%}
    comment on {{ relation.type }} {{ relation }}
    is {{ duckdb_escape_comment(model.description) }};
    {% for name, column in model.columns.items() -%}
        comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }}
        is {{ duckdb_escape_comment(column['description']) }};
    {% endfor %}
{%- endmacro %}

{# Of a seed; tables and views are made with theirs (`materializations.sql`). #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {% do run_query(comments(relation, model)) %}
{%- endmacro %}
