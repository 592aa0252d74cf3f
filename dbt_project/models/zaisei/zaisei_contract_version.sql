{{ config(alias='データ契約') }}

select
    version as 版,
    changes as 変更
from {{ mart('mart_contract_version') }}
