{{ config(alias='問い合わせ集') }}

{{ japanese_view('saved_question') }}
