{{ config(alias='目標達成状況') }}

select
    municipality_code as 自治体コード,
    claim_number as 債権整理番号,
    fiscal_year as 年度,
    {{ part_in_japanese('part') }} as 年度区分,
    is_total as 合計の行,
    target_balance as 目標残高,
    actual_balance as 実績残高,
    reported as 報告,
    computed as 計算,
    agrees as 一致,
    submission_id as 提出番号
from {{ mart('mart_target_attainment') }}
