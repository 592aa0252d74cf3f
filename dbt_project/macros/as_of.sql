{#
    What the marts answered on an earlier day. Beside every mart X and every view of 財政 stands a
    table macro X_as_of(known_at), made when all of them are built:

        X_history          the rows known by then, as if nothing had come since
        X beside it        those of them that counted then
        another mart, view its own SQL, on what the marts that it reads answered by then
        a dimension        as it is: it tells by its own dates what was valid when
        what cannot tell   an error with the reason of its YAML (meta: {never_as_of: …})

    `known_at` is a date (then its end in Japan counts) or a moment.
#}
{% macro create_as_of(results) -%}
    {%- set built = {} -%}
    {%- for result in results if result.status == 'success' -%}
    {%- do built.update({result.node.unique_id: result.node}) -%}
    {%- endfor -%}
    {%- set published = [] -%}
    {%- for node in graph.nodes.values() if node.schema in ('marts', '財政') -%}
    {%- do published.append(node.unique_id) -%}
    {%- endfor -%}
    {%- if published | reject('in', built) | list == [] -%}
    {#- What others stand on first; dbt built the rest in the order in which they read each other. -#}
    {%- for is_first in (true, false) -%}
    {%- for name, node in built.items() if name in published and (node.name.endswith('_history') or node.name.startswith('dim_')) == is_first -%}
    create or replace macro {{ as_of(node) }} as table
    {{ query_as_of(node, built) }};
    {% endfor -%}
    {%- endfor -%}
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

{% macro query_as_of(node, built) -%}
    {%- set history = built.get(node.unique_id ~ '_history') -%}
    {%- set reason = never_as_of(node, built) -%}
    {%- if reason -%}
    select * from (select error('{{ reason | replace("'", "''") }}') as reason)
    where reason is not null
    {%- elif node.name.endswith('_history') -%}
    select * replace (case when known_to <= {{ known_moment() }} then known_to end as known_to)
    from {{ by_schema(node) }}
    where known_from <= {{ known_moment() }}
    {%- elif history -%}
    select {{ node.columns | join(', ') }} from {{ as_of(history) }}
    where known_to is null
    {%- elif node.name.startswith('dim_') -%}
    select * from {{ by_schema(node) }}
    {%- else -%}
    {{ read_as_of(node, built) }}
    {%- endif -%}
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
{% macro read_as_of(node, built) -%}
    {%- set query = namespace(sql=node.compiled_code) -%}
    {%- for parent in node.depends_on.nodes -%}
    {%- set read = built[parent] -%}
    {%- for name in ('"' ~ read.database ~ '".' ~ by_schema(read), by_schema(read)) -%}
    {%- set query.sql = query.sql | replace(name, as_of(read)) -%}
    {%- endfor -%}
    {%- endfor -%}
    {{ query.sql }}
{%- endmacro %}

{#
    Why a mart, or one that it reads, cannot be asked as of a day; none where it can. What is
    computed from the core alone is not there to be computed anew.
#}
{% macro never_as_of(node, built) -%}
    {%- set stands_alone = node.name.startswith('dim_')
        or node.name.endswith('_history') or (node.unique_id ~ '_history') in built -%}
    {%- if node.config.meta.never_as_of or stands_alone -%}
    {{ return(node.config.meta.never_as_of) }}
    {%- endif -%}
    {%- for parent in node.depends_on.nodes -%}
    {%- set read = built[parent] -%}
    {%- set reason = never_as_of(read, built) if read.schema == 'marts' else '過去の日の内容は残していません' -%}
    {%- if reason -%}
    {{ return(reason) }}
    {%- endif -%}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}
