{{ config(alias='債権') }}

select
    municipality_code as 自治体コード,
    claim_key as 債権キー,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    aliases as 別名,
    {{ claim_classes_in_japanese('claim_classes') }} as 債権区分,
    department as 所属,
    section as 担当,
    limitation_years as 消滅時効年数,
    {{ basis_in_japanese('basis') }} as 出納,
    valid_from as 適用開始日,
    valid_to as 適用終了日,
    is_registered as 台帳登録
from {{ mart('dim_claim') }}
