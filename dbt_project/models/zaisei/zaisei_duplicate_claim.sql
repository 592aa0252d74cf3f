{{ config(alias='重複の疑いのある債権') }}

{{ japanese_view('mart_duplicate_claim') }}
