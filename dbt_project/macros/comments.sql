{#
    The comments of a relation and its columns, in one statement and without asking the database
    which columns there are, as dbt does for each: a column described that is not there is an error.
#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {% set comments -%}
        comment on {{ relation.type }} {{ relation }}
        is {{ duckdb_escape_comment(model.description) }};
        {% for name, column in model.columns.items() -%}
            comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }}
            is {{ duckdb_escape_comment(column['description']) }};
        {% endfor %}
    {%- endset %}
    {% do run_query(comments) %}
{%- endmacro %}
