{# The day the books of a fiscal year close (出納閉鎖): 31 May after it ends. #}
{% macro books_close_on(fiscal_year) -%}
    make_date({{ fiscal_year }} + 1, 5, 31)
{%- endmacro %}

{# The same day one year earlier, as a date. #}
{% macro one_year_before(date) -%}
    {{ years_before(1, date) }}
{%- endmacro %}

{# The same day some years earlier, as a date. #}
{% macro years_before(years, date) -%}
    cast({{ dbt.dateadd('year', '-(' ~ years ~ ')', date) }} as date)
{%- endmacro %}

{# The last day of a fiscal year: 31 March. #}
{% macro year_ends_on(fiscal_year) -%}
    make_date({{ fiscal_year }} + 1, 3, 31)
{%- endmacro %}
