{{ config(alias='年度末の見込み') }}

{{ japanese_view('mart_outlook', {
    '目標の見込み': against_target_in_japanese('is_off_target', 'is_target_in_interval'),
}) }}
