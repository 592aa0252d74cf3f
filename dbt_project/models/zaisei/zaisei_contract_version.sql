{{ config(alias='データ契約') }}

{{ japanese_view('mart_contract_version') }}
