{{ config(alias='債権') }}

{{ japanese_view('dim_claim') }}
