{{ config(alias='台帳未登録の債権') }}

{{ japanese_view('mart_claim_to_register') }}
