{{ config(alias='過年度の修正') }}

{{ japanese_view('mart_restatement') }}
