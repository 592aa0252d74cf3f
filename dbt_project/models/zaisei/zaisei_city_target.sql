{{ config(alias='全市目標') }}

select
    municipality_code as 自治体コード,
    fiscal_year as 年度,
    {{ target_kind_in_japanese('target_kind') }} as 目標の種別,
    revision_no as 目標の順番,
    is_last_revision as 最後の目標,
    target as 目標残高,
    target_current as 目標の現年度分,
    target_prior as 目標の過年度分,
    target_change as 目標の変更額,
    {{ target_change_kind_in_japanese('target_change_kind') }} as 目標の変更,
    actual as 実績残高,
    actual_current as 実績の現年度分,
    actual_prior as 実績の過年度分,
    attained as 達成,
    decided_on as 決定日,
    meeting as 会議,
    reason as 理由,
    submission_id as 提出番号
from {{ mart('mart_city_target') }}
