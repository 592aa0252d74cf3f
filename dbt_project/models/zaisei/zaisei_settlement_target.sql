{{ config(alias='収納目標') }}

{{ japanese_view('mart_settlement_target') }}
