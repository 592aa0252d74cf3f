with due_date as (
    select * from {{ ref('stg_due_date') }}
)

select
    form,
    fiscal_year,
    as_of,
    handed_out_on,
    due_on
from due_date
