{#
    The questions of analyses/, each as `name, title, occasion, sql`: its file's name, its first
    two lines (`-- <title>`, `-- 場面: <occasion>`) and what it is rendered to. None while the
    project is parsed.
#}
{% macro questions() -%}
    {%- set found = [] -%}
    {%- set nodes = graph.nodes.values() if execute else [] -%}
    {%- for node in nodes | selectattr('resource_type', 'equalto', 'analysis') | sort(attribute='name') -%}
        {%- set lines = node.raw_code.split('\n') -%}
        {%- do found.append({
            'name': node.name,
            'title': lines[0].removeprefix('-- '),
            'occasion': lines[1].removeprefix('-- 場面: '),
            'sql': render(node.raw_code) | trim,
        }) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# For `qualify`: the rows of the newest year or day of each municipality. #}
{% macro is_newest(column) -%}
    {{ column }} = max({{ column }}) over (partition by municipality_code)
{%- endmacro %}
