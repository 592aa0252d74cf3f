{{ config(alias='指摘事項') }}

select
    received_at as 受付日時,
    {{ in_japanese('severity', {'error': '誤り', 'warning': '要確認', 'info': 'お知らせ'}) }} as 重大度,
    message as 内容,
    found as 記入,
    expected as 正しい値,
    waiver as 認めた記録,
    file as ファイル,
    sheet as シート,
    cell as セル,
    municipality_code as 自治体コード,
    department as 所属,
    claim_number as 債権整理番号,
    fiscal_year as 年度,
    as_of as 基準日,
    in_force as 有効,
    rule as 規則,
    submission_id as 提出番号
from {{ mart('mart_finding') }}
