{{ config(alias='人口') }}

{{ japanese_view('dim_inhabitants') }}
