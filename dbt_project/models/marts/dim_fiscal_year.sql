{#- From 平成元年度: the years a form, a plan or a target can speak of. -#}
with fiscal_year as (
    {% for fiscal_year in range(1989, 2051) -%}
    select {{ fiscal_year }} as fiscal_year
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
)

select
    fiscal_year,
    -- 令和元年度 and 平成31年度 are one year; it is named by the era it ended in.
    case
        when fiscal_year = 1989 then '平成元年度'
        when fiscal_year < 2019 then '平成' || cast(fiscal_year - 1988 as varchar) || '年度'
        when fiscal_year = 2019 then '令和元年度'
        else '令和' || cast(fiscal_year - 2018 as varchar) || '年度'
    end as wareki,
    make_date(fiscal_year, 4, 1) as starts_on,
    make_date(fiscal_year + 1, 3, 31) as ends_on,
    {{ books_close_on('fiscal_year') }} as books_close_on
from fiscal_year
