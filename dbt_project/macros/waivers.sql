{# The submissions whose finding of a rule was let pass: the same fault must not block the build. #}
{% macro waived(rules) -%}
    (
        select submission_id from {{ ref('int_finding') }}
        where waiver is not null and rule in ('{{ rules | join("', '") }}') and submission_id is not null
    )
{%- endmacro %}
