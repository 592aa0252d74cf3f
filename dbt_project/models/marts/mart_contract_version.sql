with recorded (version, changes) as (
    {% for each in var('contract_versions') -%}
    select
        {{ each.version }},
        {{ sql_text(each.changes) }}
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
)

select
    version,
    changes
from recorded
