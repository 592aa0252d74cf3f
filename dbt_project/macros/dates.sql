{# The day the books of a fiscal year close (出納閉鎖): 31 May after it ends. #}
{% macro books_close_on(fiscal_year) -%}
    make_date({{ fiscal_year }} + 1, 5, 31)
{%- endmacro %}

{# The same day one year earlier, as a date. #}
{% macro one_year_before(date) -%}
    cast({{ dbt.dateadd('year', -1, date) }} as date)
{%- endmacro %}
