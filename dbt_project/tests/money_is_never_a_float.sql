{#- Only a rate may be a double. -#}
{% for mart in [
    'fct_collection', 'fct_collection_history', 'fct_claim_status',
    'mart_target_attainment', 'mart_balance_report', 'mart_balance_total',
] -%}
-- depends_on: {{ ref(mart) }}
{% endfor -%}

select
    table_schema,
    table_name,
    column_name,
    data_type
from information_schema.columns
where
    table_schema in ('core', 'marts')
    and (data_type in ('FLOAT', 'DOUBLE', 'REAL') or data_type like 'DECIMAL%')
    and column_name not like '%rate%'
