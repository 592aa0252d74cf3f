{{ config(alias='指摘事項') }}

{{ japanese_view('mart_finding') }}
