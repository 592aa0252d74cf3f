{{ config(alias='提出状況') }}

select
    submission_id as 提出番号,
    received_at as 受付日時,
    received_from as 提出者,
    reason as 再提出の理由,
    municipality_code as 自治体コード,
    {{ form_in_japanese('form') }} as 様式,
    department as 所属,
    section as 担当,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    fiscal_year as 年度,
    as_of as 基準日,
    file as ファイル,
    sheet as シート,
    {{ in_japanese('status', {'accepted': '受理', 'rejected': '返却'}) }} as 状態,
    version_no as 版,
    in_force as 有効,
    superseded_by as 差替後の提出番号,
    withdrawn_at as 取下げ日時,
    withdrawn_by as 取下げた人,
    withdrawal_reason as 取下げの理由,
    errors as 誤り,
    warnings as 要確認,
    infos as お知らせ,
    waived as 認めた指摘
from {{ mart('mart_submission') }}
