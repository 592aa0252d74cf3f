-- 同じ債権・年度の残高が様式によって千円以上違うのはどれか
-- 場面: 監査（決算審査）
with answer as (
    select * from {{ mart('mart_uncollected_by_year') }}
    where not is_total and balance is not null
),

beside as (
    select
        municipality_code,
        fiscal_year,
        claim_key,
        max_by(claim_name, is_chosen) as claim_name,
        max_by(department, is_chosen) as department,
        {%- for form in ['annual', 'promotion', 'plan', 'claim_list', 'figure'] %}
        max(case when form = '{{ form }}' then balance end) as {{ form }},
        {%- endfor %}
        max(balance) - min(balance) as spread
    from answer
    group by municipality_code, fiscal_year, claim_key
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_key as 債権,
    claim_name as 債権名,
    department as 所属,
    annual as 調書,
    promotion as 債権管理推進シート,
    plan as 計画表,
    claim_list as 債権一覧,
    figure as その他の表,
    spread as 最大の差
from beside
where spread >= 1000
order by municipality_code asc, fiscal_year desc, spread desc, claim_key asc
