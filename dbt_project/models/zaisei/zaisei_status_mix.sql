{{ config(alias='未収債権の状況') }}

{{ japanese_view('mart_status_mix', {
    '集計先': claim_classes_in_japanese('member'),
    '分類番号': "case status_code when 'all' then '計' else status_code end",
    '分類': "coalesce(status_label, '計')",
}) }}
