{{ config(alias='問い合わせ集') }}

select
    name as 名前,
    title as 問い,
    occasion as 場面
from {{ mart('saved_question') }}
