{#- Nothing is lost or altered between the landing zone and fct_collection. -#}
with submission as (
    select * from {{ ref('int_submission') }}
    where in_force
),

cell as (
    select * from {{ ref('stg_cell') }}
    where block = 'collection' and number is not null
),

annual as (
    select
        cell.submission_id,
        cell.item as source_item,
        cell.measure,
        cell.cell,
        cell.number as landed,
        submission.municipality_code,
        submission.claim_number,
        submission.fiscal_year + annual_form_row.year_offset as fiscal_year,
        annual_form_row.scenario,
        submission.form,
        -- The register says on which day the books of the year close.
        cast(null as date) as as_of,
        submission.fiscal_year as form_fiscal_year,
        submission.file,
        submission.sheet
    from submission
    inner join cell on submission.submission_id = cell.submission_id
    left join {{ ref('annual_form_row') }} as annual_form_row
        on cell.item = annual_form_row.source_item
    where submission.form = 'annual'
),

interim as (
    select
        cell.submission_id,
        cell.item as source_item,
        cell.measure,
        cell.cell,
        cell.number as landed,
        submission.municipality_code,
        cell.item as claim_number,
        submission.fiscal_year,
        'actual' as scenario,
        submission.form,
        submission.as_of,
        submission.fiscal_year as form_fiscal_year,
        submission.file,
        submission.sheet
    from submission
    inner join cell on submission.submission_id = cell.submission_id
    where submission.form = 'interim'
),

landed as (
    select * from annual
    union all
    select * from interim
),

beside_published as (
    select
        landed.*,
        published.submission_id as published_submission_id,
        published.form_fiscal_year as published_form_fiscal_year,
        case landed.measure
            {% for measure in typed_measures() + ['cases', 'debtors'] -%}
            when '{{ measure }}' then published.{{ measure }}
            {% endfor %}
        end as published
    from landed
    left join {{ ref('fct_collection') }} as published
        on
            landed.municipality_code = published.municipality_code
            and landed.claim_number = published.claim_number
            and landed.fiscal_year = published.fiscal_year
            and landed.scenario = published.scenario
            and landed.form = published.form
            and coalesce(landed.as_of, published.as_of) = published.as_of
)

select
    submission_id,
    source_item,
    measure,
    file,
    sheet,
    cell,
    landed,
    published,
    published_submission_id
from beside_published
where
    published_submission_id is null
    or (published_submission_id = submission_id and published is distinct from landed)
    -- Only a newer form may speak in its place.
    or (published_submission_id <> submission_id and published_form_fiscal_year <= form_fiscal_year)
