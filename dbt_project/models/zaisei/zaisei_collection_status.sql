{{ config(alias='提出管理') }}

{{ japanese_view('mart_collection_status') }}
