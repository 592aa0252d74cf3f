{{ config(alias='計画の比較') }}

{{ japanese_view('mart_plan_comparison', {
    '目標の有無': "case when has_target then '目標あり' else '目標なし' end",
}) }}
