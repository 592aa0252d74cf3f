{#
    What was known when. A row with `known_from` and `known_to` was known from the one moment until
    just before the other; without `known_to` it is known now.
#}

{#
    The newest form wins, at each moment: of the rows of `relation` that speak of one thing (`of`),
    the first by `newest_first`, as long as it is known. What a newer row replaced speaks again once
    the newer one is withdrawn. A row comes with the interval in which it won, or with several.
#}
{% macro newest_known(relation, of, newest_first) -%}
    {{ return(adapter.dispatch('newest_known', 'mishukin')(relation, of, newest_first)) }}
{%- endmacro %}

{% macro duckdb__newest_known(relation, of, newest_first) -%}
    select * exclude (newer, starts_at) replace (
        starts_at as known_from,
        least(
            known_to, list_min([other.known_from for other in newer if other.known_from > starts_at])
        ) as known_to
    )
    from (
        -- A row begins to count as it becomes known, or as a newer one goes.
        select
            *,
            unnest(list_distinct(list_prepend(
                known_from,
                [
                    other.known_to for other in newer
                    if other.known_to > known_from
                    and other.known_to < coalesce(known_to, {{ end_of_time() }})
                ]
            ))) as starts_at
        from (
            select
                *,
                list({'known_from': known_from, 'known_to': known_to}) over (
                    partition by {{ of | join(', ') }}
                    order by {{ newest_first | join(', ') }}, known_from
                    rows between unbounded preceding and 1 preceding
                ) as newer
            from {{ relation }}
            where known_from < coalesce(known_to, {{ end_of_time() }})
        )
    )
    -- It does not where another newer one is known then.
    where not coalesce(list_bool_or([
        other.known_from <= starts_at and starts_at < coalesce(other.known_to, {{ end_of_time() }})
        for other in newer
    ]), false)
{%- endmacro %}

{#
    The rows of `relation` as they stood beside each other: once for each `moment` at which anything
    changed that was known `of` the same thing, up to `next_moment`. `spans` puts them together.
#}
{% macro each_moment(relation, of) -%}
    select
        told.*,
        changed.moment,
        changed.next_moment
    from {{ relation }} as told
    inner join (
        select
            *,
            lead(moment) over (partition by {{ of | join(', ') }} order by moment) as next_moment
        from (
            select {{ of | join(', ') }}, known_from as moment from {{ relation }}
            union distinct
            select {{ of | join(', ') }}, known_to as moment from {{ relation }}
            where known_to is not null
        )
    ) as changed
        on
            {% for column in of -%}
            told.{{ column }} = changed.{{ column }}
            and {% endfor -%}
            changed.moment >= told.known_from
            and changed.moment < coalesce(told.known_to, {{ end_of_time() }})
{%- endmacro %}

{# Rows of `each_moment` that say the same (`same`) from one moment to the next, as one row. #}
{% macro spans(relation, same) -%}
    {{ return(adapter.dispatch('spans', 'mishukin')(relation, same)) }}
{%- endmacro %}

{% macro duckdb__spans(relation, same) -%}
    {%- set same = same | join(', ') -%}
    select * exclude (moment, next_moment, ended_before, span_no, ends_at) replace (
        moment as known_from,
        ends_at as known_to
    )
    from (
        select
            *,
            nullif(
                max(coalesce(next_moment, {{ end_of_time() }})) over (partition by {{ same }}, span_no),
                {{ end_of_time() }}
            ) as ends_at
        from (
            select
                *,
                count(*) filter (where ended_before is distinct from moment) over (
                    partition by {{ same }} order by moment
                ) as span_no
            from (
                select
                    *,
                    lag(next_moment) over (partition by {{ same }} order by moment) as ended_before
                from {{ relation }}
            )
        )
    )
    where ended_before is distinct from moment
{%- endmacro %}

{# A fact is what counts now of its history: the same columns, of the rows that nothing ended. #}
{% macro known_now(history) -%}
    select {{ model.columns | join(', ') }}
    from {{ history }}
    where known_to is null
{%- endmacro %}

{# Later than anything that will be known: a bound for an interval that is still open. #}
{% macro end_of_time() -%}
    cast('9999-12-31 00:00:00+00:00' as timestamp with time zone)
{%- endmacro %}
