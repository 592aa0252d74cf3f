{{ config(alias='債権状況') }}

with claim_status as (
    select * from {{ mart('fct_claim_status') }}
),

submission as (
    select * from {{ mart('mart_submission') }}
),

status_class as (
    select * from {{ mart('dim_status_class') }}
)

select
    claim_status.municipality_code as 自治体コード,
    claim_status.claim_number as 債権整理番号,
    claim_status.fiscal_year as 年度,
    {{ in_japanese('claim_status.part') }} as 年度区分,
    {{ in_japanese('status_class.status_group') }} as 大分類,
    claim_status.status_code as 分類番号,
    status_class.label as 分類,
    claim_status.cases as 件数,
    claim_status.balance as 未収金残高,
    claim_status.submission_id as 提出番号
from claim_status
inner join submission on claim_status.submission_id = submission.submission_id
inner join status_class
    on
        claim_status.status_code = status_class.status_code
        and status_class.version <= try_cast(submission.layout_version as integer)
-- The classes as the form's version names them; a version that changed none has none of its own.
qualify row_number() over (
    partition by claim_status.submission_id, claim_status.part, claim_status.status_code
    order by status_class.version desc
) = 1
