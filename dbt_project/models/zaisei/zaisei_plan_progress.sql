{{ config(alias='計画の進捗') }}

{{ japanese_view('mart_plan_progress') }}
