{{ config(alias='年度別未収金') }}

{{ japanese_view('mart_uncollected_by_year') }}
