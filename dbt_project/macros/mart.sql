{#
    A mart by schema and name only, so that the SQL also runs in a copied database file, and
    wherever it is rendered: `ref` notes the dependency while the project is parsed, but later
    answers only the node that it was parsed in.
#}
{% macro mart(name) -%}
    {%- if not execute -%} {%- do ref(name) -%} {%- endif -%}
    {{ return(api.Relation.create(schema='marts', identifier=name)) }}
{%- endmacro %}
