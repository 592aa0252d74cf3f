-- 分割納付のうち、約束どおり納められていない残高は債権ごとにどれだけか
-- 場面: 対策会議（8月）
with newest as (
    select * from {{ mart('mart_status_mix') }}
    where dimension = 'claim' and part = 'total'
    qualify {{ is_newest('fiscal_year') }}
),

instalment as (
    select
        municipality_code,
        fiscal_year,
        member as claim_number,
        claim_name,
        {{ yen_sum("case when status_code = '06' then balance end") }} as within_ten_years,
        {{ yen_sum("case when status_code = '07' then balance end") }} as beyond_ten_years,
        {{ yen_sum("case when status_code = '09' then balance end") }} as broken,
        {{ yen_sum("case when status_code = '09' then cases end") }} as broken_cases
    from newest
    where status_code in ('06', '07', '09')
    group by municipality_code, fiscal_year, member, claim_name
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    within_ten_years as 分割納付中_10年以内,
    beyond_ten_years as 分割納付中_10年超,
    broken as 分納不履行,
    broken_cases as 分納不履行の件数,
    {{ percent('broken', '(within_ten_years + beyond_ten_years + broken)') }} as 不履行の割合
from instalment
where within_ten_years + beyond_ten_years + broken <> 0
order by municipality_code asc, broken desc, claim_number asc
