{{ config(alias='指標') }}

{{ japanese_view('dim_measure') }}
