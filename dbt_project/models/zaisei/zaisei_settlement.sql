{{ config(alias='収納状況') }}

{{ japanese_view('mart_settlement') }}
