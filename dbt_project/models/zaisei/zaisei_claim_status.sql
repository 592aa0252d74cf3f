{{ config(alias='債権状況') }}

with claim_status as (
    select * from {{ mart('fct_claim_status') }}
),

status_class as (
    select * from {{ mart('dim_status_class') }}
)

select
    claim_status.municipality_code as 自治体コード,
    claim_status.claim_number as 債権整理番号,
    claim_status.fiscal_year as 年度,
    {{ part_in_japanese('claim_status.part') }} as 区分,
    {{ in_japanese('status_class.status_group', {'recovery': '回収債権', 'disposal': '整理債権'}) }} as 大分類,
    claim_status.status_code as 分類番号,
    status_class.label as 分類,
    claim_status.cases as 件数,
    claim_status.balance as 未収金残高,
    claim_status.submission_id as 提出番号
from claim_status
inner join status_class on claim_status.status_code = status_class.status_code
