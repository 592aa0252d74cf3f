{{ config(alias='重複の疑いのある債権') }}

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    {{ in_japanese('reason', {
        'name': '同じ名前', 'number': '同じ番号', 'department': '別の所属', 'spelling': '似た名前',
        'balance': '同じ残高',
    }) }} as 疑いの理由,
    is_counted_twice as 二重計上,
    claim_key as 債権キー,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    department as 所属,
    {{ form_in_japanese('form') }} as 様式,
    other_claim_key as もう一方の債権キー,
    other_claim_number as もう一方の債権整理番号,
    other_claim_name as もう一方の債権名,
    other_department as もう一方の所属,
    {{ form_in_japanese('other_form') }} as もう一方の様式,
    register_claim_number as 台帳の債権整理番号,
    register_claim_name as 台帳の債権名,
    register_alias as 台帳の別名,
    register_department as 台帳の所属,
    remedy as 直し方,
    submission_id as 提出番号,
    other_submission_id as もう一方の提出番号
from {{ mart('mart_duplicate_claim') }}
