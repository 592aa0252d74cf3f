{#
    The comments of a relation's columns, without asking the database first which it has, as the
    adapter does for each relation: a column described that is not there is an error here.
#}
{% macro duckdb__alter_column_comment(relation, column_dict) -%}
    {% for name, column in column_dict.items() -%}
        comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }}
        is {{ duckdb_escape_comment(column['description']) }};
    {% endfor %}
{%- endmacro %}
