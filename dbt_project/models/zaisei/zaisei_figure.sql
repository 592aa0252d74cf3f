{{ config(alias='その他の数値') }}

{{ japanese_view('mart_figure', instead={
    '値の種別': as_told('scenario', 'figure_scenario'),
    '年度区分': as_told('part'),
    '項目': as_told('measure', 'figure_measure'),
}) }}
