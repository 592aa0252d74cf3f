{#
    What a mart answered on an earlier day. Beside every mart X and every view of 財政 stands a
    table macro X_as_of(known_at), made after it by its post-hook:

        a history          the rows known by then, as if nothing had come since
        another mart, view its own SQL, on what the marts that it reads answered by then
        a dimension        as it is: it tells by its own dates what was valid when
        what cannot tell   an error with the reason of its YAML (meta: {never_as_of: …})

    `known_at` is a date (then its end in Japan counts) or a moment.
#}
{% macro create_as_of() -%}
    {%- if execute -%}
    create or replace macro {{ as_of(model) }} as table
    {%- set reason = never_as_of(model) %}
    {% if reason -%}
    select * from (select error('{{ reason | replace("'", "''") }}') as reason)
    where reason is not null
    {%- elif model.name.startswith('dim_') -%}
    select * from {{ by_schema(model) }}
    {%- elif model.name.endswith('_history') -%}
    select * replace (case when known_to <= {{ known_moment() }} then known_to end as known_to)
    from {{ by_schema(model) }}
    where known_from <= {{ known_moment() }}
    {%- else -%}
    {{ read_as_of(model) }}
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The macro beside a mart or view, as it is declared and as it is called. #}
{% macro as_of(node) -%}
    "{{ node.schema }}"."{{ node.alias }}_as_of"(known_at)
{%- endmacro %}

{# A mart or view as its readers name it, in whichever file it is. #}
{% macro by_schema(node) -%}
    "{{ node.schema }}"."{{ node.alias }}"
{%- endmacro %}

{# A date alone is the last moment of that day in Japan, which has no summer time. #}
{% macro known_moment() -%}
    case
        when length(cast(known_at as varchar)) = 10
            then cast(cast(known_at as varchar) || ' 23:59:59.999999+09:00' as timestamptz)
        else cast(known_at as timestamptz)
    end
{%- endmacro %}

{# The SQL of a model, with everything that it reads as of `known_at`. #}
{% macro read_as_of(node) -%}
    {%- set query = namespace(sql=node.compiled_code) -%}
    {%- for parent in node.depends_on.nodes -%}
    {%- set read = graph.nodes[parent] -%}
    {%- set here = '"' ~ read.database ~ '".' ~ by_schema(read) -%}
    {%- set query.sql = query.sql | replace(here, as_of(read)) | replace(by_schema(read), as_of(read)) -%}
    {%- endfor -%}
    {{ query.sql }}
{%- endmacro %}

{# Why a mart, or one that it reads, cannot be asked as of a day; nothing where it can. #}
{% macro never_as_of(node) -%}
    {%- if node.config.meta.never_as_of -%}
    {{ return(node.config.meta.never_as_of) }}
    {%- elif node.name.startswith('dim_') or node.name.endswith('_history') -%}
    {{ return(none) }}
    {%- endif -%}
    {%- for parent in node.depends_on.nodes -%}
    {%- set read = graph.nodes[parent] -%}
    {%- set reason = never_as_of(read) if read.schema == 'marts' else '過去の日の内容は残していません' -%}
    {%- if reason -%}
    {{ return(reason) }}
    {%- endif -%}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}
