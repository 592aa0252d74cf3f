{{ config(alias='債権一覧') }}

{{ japanese_view('mart_claim_list') }}
