{{ config(alias='目標の推移') }}

select
    municipality_code as 自治体コード,
    claim_key as 債権,
    fiscal_year as 年度,
    {{ part_in_japanese('part') }} as 年度区分,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    {{ claim_classes_in_japanese('claim_classes') }} as 債権区分,
    department as 所属,
    {{ form_in_japanese('form') }} as 様式,
    is_total as 合計の行,
    initial_target as 当初目標,
    revised_target as 修正目標,
    target_change as 修正額,
    {{ target_change_kind_in_japanese('target_change_kind') }} as 修正の向き,
    target_balance as 目標,
    {{ target_kind_in_japanese('target_kind') }} as 目標の種別,
    actual_balance as 実績,
    {{ stage_in_japanese('stage') }} as 段階,
    above_initial_target as 当初目標との差,
    above_target as 目標との差,
    attained_initially as 当初目標の達成,
    attained as 目標の達成,
    initial_target_submission_id as 当初目標の提出番号,
    revised_target_submission_id as 修正目標の提出番号,
    actual_submission_id as 実績の提出番号
from {{ mart('mart_target_ageing') }}
