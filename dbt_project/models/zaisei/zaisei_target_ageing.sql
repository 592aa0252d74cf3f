{{ config(alias='目標の推移') }}

{{ japanese_view('mart_target_ageing') }}
