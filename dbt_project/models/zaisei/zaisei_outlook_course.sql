{{ config(alias='年度末の見込みの根拠') }}

{{ japanese_view('mart_outlook_course') }}
