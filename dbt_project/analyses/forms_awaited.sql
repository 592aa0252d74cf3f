-- まだ届いていない様式はどれか。提出期限を過ぎた未提出か、期限前か
-- 場面: 提出の管理（毎日）
with awaited as (
    select * from {{ mart('mart_collection_status') }}
    where collection_status = 'missing' and handed_out_on <= current_date
)

select
    municipality_code as 自治体コード,
    department as 所属,
    {{ in_japanese('form') }} as 様式,
    fiscal_year as 年度,
    as_of as 基準日,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    due_on as 提出期限,
    case when due_on < current_date then '未提出' else '期限前' end as 状況
from awaited
order by municipality_code asc, due_on desc, department asc, form asc, claim_number asc
