{#-
    Only a rate may be a double. A figure of a plan or of another table is yen or something else: an
    exact decimal, and their marts promise that yen are whole.
-#}
{% for mart in [
    'fct_collection', 'fct_collection_history', 'fct_claim_status', 'fct_claim_status_history',
    'mart_target_attainment', 'mart_balance_report', 'mart_balance_total',
    'mart_plan_progress', 'mart_plan_comparison', 'mart_settlement', 'mart_settlement_target',
    'mart_claim_list', 'mart_city_target', 'mart_restatement',
    'mart_status_mix', 'mart_target_ageing', 'mart_opening_balance',
    'mart_uncollected_by_year',
    'mart_outlook_course', 'mart_outlook', 'mart_outlook_total',
    'mart_figure',
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
    and column_name not like '%_pct'
    and not (table_name like '%plan%' and data_type = 'DECIMAL(18,2)')
    and not (
        table_name in ('int_figure', 'mart_figure', 'mart_figure_history')
        and data_type = 'DECIMAL(38,16)'
    )
