{{ config(alias='台帳未登録の債権') }}

select
    municipality_code as 自治体コード,
    claim_key as 債権キー,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    {{ claim_classes_in_japanese('claim_classes') }} as 債権区分,
    department as 所属,
    {{ form_in_japanese('form') }} as 様式,
    fiscal_year as 年度,
    submission_id as 提出番号
from {{ mart('mart_claim_to_register') }}
