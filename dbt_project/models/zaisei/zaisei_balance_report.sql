{{ config(alias='残高報告') }}

{{ japanese_view('mart_balance_report') }}
