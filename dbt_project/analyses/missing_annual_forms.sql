-- 前年度は調書があったのに、最新の年度の調書がまだない債権はどれか
-- 場面: 調書のヒアリング（6・7月）
with form as (
    select * from {{ mart('mart_submission') }}
    where form = 'annual' and in_force
),

last_form as (
    select
        municipality_code,
        claim_number,
        max(fiscal_year) as fiscal_year,
        max_by(claim_name, fiscal_year) as claim_name,
        max_by(department, fiscal_year) as department
    from form
    group by municipality_code, claim_number
),

newest as (
    select
        municipality_code,
        max(fiscal_year) as fiscal_year
    from form
    group by municipality_code
)

select
    last_form.municipality_code as 自治体コード,
    last_form.department as 所属,
    last_form.claim_number as 債権整理番号,
    last_form.claim_name as 債権名,
    newest.fiscal_year as 調書のない年度
from last_form
inner join newest
    on
        last_form.municipality_code = newest.municipality_code
        and last_form.fiscal_year = newest.fiscal_year - 1
order by last_form.municipality_code, last_form.department, last_form.claim_number
