{{ config(alias='債権一覧') }}

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    no as 番号,
    claim_name as 債権名,
    claim_key as 債権キー,
    claim_number as 債権整理番号,
    {{ claim_classes_in_japanese('claim_classes') }} as 債権区分,
    uncollected as 収入未済額,
    bureau as 局,
    section as 課,
    submission_id as 提出番号
from {{ mart('mart_claim_list') }}
