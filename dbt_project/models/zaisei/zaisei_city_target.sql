{{ config(alias='全市目標') }}

{{ japanese_view('mart_city_target') }}
