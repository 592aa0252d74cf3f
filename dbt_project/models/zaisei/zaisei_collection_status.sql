{{ config(alias='提出管理') }}

select
    municipality_code as 自治体コード,
    {{ form_in_japanese('form') }} as 様式,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    fiscal_year as 年度,
    as_of as 基準日,
    department as 所属,
    section as 担当,
    handed_out_on as 配布日,
    due_on as 提出期限,
    first_received_at as 最初の受付日時,
    received_at as 有効な版の受付日時,
    submission_id as 提出番号,
    {{ in_japanese('collection_status', {
        'on_time': '期限内', 'late': '期限後', 'missing': '未着',
    }) }} as 提出状況
from {{ mart('mart_collection_status') }}
