with contract_version as (
    {% for each in var('contract_versions') -%}
    select
        {{ each.version }} as version,
        {{ text_literal(each.changes) }} as changes
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
)

select
    version,
    changes
from contract_version
