{{ config(alias='提出状況') }}

{{ japanese_view('mart_submission') }}
