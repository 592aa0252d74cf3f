{{ config(alias='未収金の推移') }}

{{ japanese_view('fct_collection', {'区分': row_kind_in_japanese('scenario', "stage = 'interim'")}) }}
