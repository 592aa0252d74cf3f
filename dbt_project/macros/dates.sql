{# The day the books of a fiscal year close (出納閉鎖): 31 May after it ends. #}
{% macro books_close_on(fiscal_year) -%}
    make_date({{ fiscal_year }} + 1, 5, 31)
{%- endmacro %}

{#
    The day that a balance at the close of a year speaks of: books without a 出納整理期間 (`basis` of
    the register) close as the year ends.
#}
{% macro year_closes_on(fiscal_year, basis) -%}
    case {{ basis }}
        when 'year_end' then {{ year_ends_on(fiscal_year) }}
        else {{ books_close_on(fiscal_year) }}
    end
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
