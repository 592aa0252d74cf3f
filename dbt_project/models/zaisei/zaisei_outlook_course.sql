{{ config(alias='年度末の見込みの根拠') }}

select
    municipality_code as 自治体コード,
    as_of as 基準日,
    claim_number as 債権整理番号,
    claim_name as 債権名,
    fiscal_year as 年度,
    past_fiscal_year as 過年度の年度,
    past_as_of as 過年度の基準日,
    past_balance_prior as 過年度分の残高,
    past_settled_balance_prior as 過年度分の年度末残高,
    fitted_balance_prior as 過年度分のあてはめ残高,
    past_balance_current as 現年度分の残高,
    past_settled_balance_current as 現年度分の年度末残高,
    fitted_balance_current as 現年度分のあてはめ残高,
    past_balance as 残高,
    past_settled_balance as 年度末残高,
    fitted_balance as あてはめ残高,
    residual as 残差
from {{ mart('mart_outlook_course') }}
