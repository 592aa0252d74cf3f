-- 破産免責・停止・時効期間経過の残高（不納欠損を検討するもの）は債権ごとにどれだけか
-- 場面: 対策会議（8月）
with newest as (
    select * from {{ mart('mart_status_mix') }}
    where dimension = 'claim' and part = 'total'
    qualify {{ is_newest('fiscal_year') }}
),

candidate as (
    select
        municipality_code,
        fiscal_year,
        member as claim_number,
        claim_name,
        {{ yen_sum("case when status_code = '13' then balance end") }} as discharged,
        {{ yen_sum("case when status_code = '14' then balance end") }} as suspended,
        {{ yen_sum("case when status_code = '16' then balance end") }} as expired,
        {{ yen_sum('balance') }} as balance
    from newest
    where status_code in ('13', '14', '16')
    group by municipality_code, fiscal_year, member, claim_name
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    discharged as 破産免責,
    suspended as 滞納処分等の停止,
    expired as 消滅時効期間経過,
    balance as 計
from candidate
where balance > 0
order by municipality_code asc, balance desc, claim_number asc
