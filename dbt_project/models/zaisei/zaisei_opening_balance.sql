{{ config(alias='繰越額の照合') }}

{{ japanese_view(
    'mart_opening_balance', {'区分': row_kind_in_japanese('scenario', "form = 'interim'")}
) }}
