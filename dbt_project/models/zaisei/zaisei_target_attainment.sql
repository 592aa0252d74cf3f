{{ config(alias='目標達成状況') }}

{{ japanese_view('mart_target_attainment') }}
