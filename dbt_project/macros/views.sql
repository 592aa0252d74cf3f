{#
    The views of schema 財政 show marts in Japanese. What a column is called there, and where it
    stands if not as in the mart, its YAML says: `config: {meta: {view: 名前, after: 前の列}}`.
#}

{# The view of a mart. `instead` is SQL for columns of the view that show more than a column. #}
{% macro japanese_view(mart_name, instead={}) -%}
select
    {%- for column in shown_columns(mart_name) %}
    {{ instead[column.view] if column.view in instead else column.sql }} as {{ column.view }}
    {%- if not loop.last %},{% endif %}
    {%- else %}
    *
    {%- endfor %}
from {{ mart(mart_name) }}
{%- endmacro %}

{#
    The columns that a mart shows, in the order of its view: `view`, `sql`, `description`. None
    while the project is parsed.
#}
{% macro shown_columns(mart_name) -%}
    {%- set columns = graph.nodes['model.mishukin.' ~ mart_name].columns if execute else {} -%}
    {%- set shown, moved = [], [] -%}
    {%- for name, column in columns.items() if column.config.meta.view -%}
        {%- set meta = column.config.meta -%}
        {%- set of = meta.codes or name -%}
        {%- set is_coded = of == 'claim_classes' or of in terms('labels') -%}
        {%- set each = {
            'view': meta.view,
            'after': meta.after,
            'sql': in_japanese(name, of) if is_coded else name,
            'description': _without_codes(meaning(column)) if is_coded else meaning(column),
        } -%}
        {%- do (shown if meta.after is none or meta.after is undefined else moved).append(each) -%}
    {%- endfor -%}
    {%- for each in moved -%}
        {%- set views = shown | map(attribute='view') | list -%}
        {%- do shown.insert(views.index(each.after) + 1 if each.after else 0, each) -%}
    {%- endfor -%}
    {{ return(shown) }}
{%- endmacro %}

{# What a description says of codes, in the words that the view shows: actual（実績） → 実績. #}
{% macro _without_codes(description) -%}
    {{ return(modules.re.sub('[A-Za-z_0-9]+（([^（）]*)）', '\\1', description)) }}
{%- endmacro %}

{# What a column means: as the YAML says, else as every column of its name. #}
{% macro meaning(column) -%}
    {{ return(column.description or terms('columns')[column.name]) }}
{%- endmacro %}

{# What the columns of a relation mean: as its YAML says, else, of a view, as its mart's does. #}
{% macro column_descriptions(model) -%}
    {%- set told = {} -%}
    {%- if model.schema == '財政' and model.depends_on.nodes | length == 1 -%}
        {%- for column in shown_columns(model.depends_on.nodes[0].split('.')[-1]) -%}
            {%- do told.update({column.view: column.description}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for name, column in model.columns.items() -%}
        {%- do told.update({name: meaning(column)}) -%}
    {%- endfor -%}
    {{ return(told) }}
{%- endmacro %}
