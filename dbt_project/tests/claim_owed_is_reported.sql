{#-
    A claim with a balance at the close of a year is expected in each interim report of the next
    year and in its annual forms, as soon as others of the municipality have reported.
-#}
with collection as (
    select * from {{ ref('fct_collection') }}
    where scenario = 'actual'
),

settlement as (
    select * from collection
    where stage in ('provisional', 'final') and balance <> 0
),

report as (
    select distinct
        municipality_code,
        fiscal_year,
        form,
        -- Annual forms of one year speak of the days on which the claims' books close.
        case when form = 'interim' then as_of end as as_of
    from collection
    where stage in ('provisional', 'interim')
),

expected as (
    select
        settlement.submission_id,
        settlement.source_item,
        settlement.municipality_code,
        settlement.department,
        settlement.claim_number,
        settlement.claim_name,
        settlement.balance,
        report.form as missing_form,
        report.fiscal_year as missing_fiscal_year,
        report.as_of as missing_as_of
    from settlement
    inner join report
        on
            settlement.municipality_code = report.municipality_code
            and settlement.fiscal_year + 1 = report.fiscal_year
)

select expected.* from expected
where not exists (
    select 1 from collection
    where
        expected.municipality_code = collection.municipality_code
        and expected.claim_number = collection.claim_number
        and expected.missing_form = collection.form
        and expected.missing_fiscal_year = collection.fiscal_year
        and coalesce(expected.missing_as_of, collection.as_of) = collection.as_of
)
