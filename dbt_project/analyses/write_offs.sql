-- 不納欠損額の大きい債権はどれで、前年度からどう変わったか
-- 場面: 議会（決算審査）
with result as (
    select
        municipality_code,
        fiscal_year,
        claim_number,
        claim_name,
        department,
        balance,
        written_off_prior,
        written_off_current,
        written_off_prior + written_off_current as written_off
    from {{ mart('fct_collection') }}
    where form = 'annual' and scenario = 'actual'
),

beside as (
    select
        *,
        max(written_off) over (
            partition by municipality_code, claim_number
            order by fiscal_year range between 1 preceding and 1 preceding
        ) as written_off_last_year
    from result
    qualify {{ is_newest('fiscal_year') }}
)

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    department as 所属,
    written_off_prior as 過年度分の不納欠損額,
    written_off_current as 現年度分の不納欠損額,
    written_off as 不納欠損額,
    written_off_last_year as 前年度の不納欠損額,
    balance as 残高
from beside
where written_off > 0
order by municipality_code asc, written_off desc, claim_number asc
