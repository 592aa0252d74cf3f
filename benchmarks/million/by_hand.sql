-- The million rows of fct_collection as one writes them by hand: one statement, from the landing
-- zone to the table. `$landing` is its folder.
create or replace table fct_collection as
with submission as (
    select *
    from read_parquet($landing || '/*/submission.parquet', union_by_name = true)
    where status = 'accepted'
    qualify row_number() over (
        partition by municipality_code, form, subject, period
        order by received_at desc, submission_id desc
    ) = 1
),

typed as (
    select
        submission_id,
        item,
        max(number) filter (measure = 'carried_forward') as carried_forward,
        max(number) filter (measure = 'assessed_prior') as assessed_prior,
        max(number) filter (measure = 'collected_prior') as collected_prior,
        max(number) filter (measure = 'written_off_prior') as written_off_prior,
        max(number) filter (measure = 'assessed_current') as assessed_current,
        max(number) filter (measure = 'collected_current') as collected_current,
        max(number) filter (measure = 'written_off_current') as written_off_current,
        max(number) filter (measure = 'cases') as cases,
        max(number) filter (measure = 'debtors') as debtors,
        max(text) filter (measure = 'claim_name') as claim_name,
        max(text) filter (measure = 'claim_classes') as claim_classes
    from read_parquet($landing || '/*/cell.parquet', union_by_name = true)
    where block = 'collection'
    group by submission_id, item
),

counts as (
    select
        submission_id,
        max(number) filter (measure = 'cases') as cases,
        max(number) filter (measure = 'debtors') as debtors
    from read_parquet($landing || '/*/cell.parquet', union_by_name = true)
    where block = 'total'
    group by submission_id
),

form_row as (
    select * from (
        values
        ('A', -2, 'actual', 'final'),
        ('B', -1, 'actual', 'final'),
        ('C', 0, 'revised_target', null),
        ('D', 0, 'actual', 'provisional'),
        ('E', 1, 'initial_target', null),
        ('F', 1, 'revised_target', null),
        ('G', 2, 'initial_target', null)
    ) as row_of_form (item, year_offset, scenario, stage)
),

annual as (
    select
        submission.municipality_code,
        submission.claim_number,
        submission.fiscal_year + form_row.year_offset as fiscal_year,
        form_row.scenario,
        make_date(submission.fiscal_year + form_row.year_offset + 1, 5, 31) as as_of,
        submission.claim_name,
        submission.claim_classes,
        submission.department,
        form_row.stage,
        typed.* exclude (submission_id, item, cases, debtors, claim_name, claim_classes),
        case when form_row.stage = 'provisional' then counts.cases end as cases,
        case when form_row.stage = 'provisional' then counts.debtors end as debtors,
        submission.unit_yen,
        submission.submission_id,
        typed.item as source_item,
        submission.form,
        submission.fiscal_year as form_fiscal_year,
        submission.received_at
    from submission
    inner join typed on submission.submission_id = typed.submission_id
    inner join form_row on typed.item = form_row.item
    left join counts on submission.submission_id = counts.submission_id
    where submission.form = 'annual'
    qualify row_number() over (
        partition by
            submission.municipality_code, submission.claim_number,
            submission.fiscal_year + form_row.year_offset, form_row.scenario
        order by submission.fiscal_year desc
    ) = 1
),

interim as (
    select
        submission.municipality_code,
        typed.item as claim_number,
        submission.fiscal_year,
        'actual' as scenario,
        submission.as_of,
        typed.claim_name,
        typed.claim_classes,
        submission.department,
        'interim' as stage,
        typed.* exclude (submission_id, item, cases, debtors, claim_name, claim_classes),
        typed.cases,
        typed.debtors,
        submission.unit_yen,
        submission.submission_id,
        typed.item as source_item,
        submission.form,
        submission.fiscal_year as form_fiscal_year,
        submission.received_at
    from submission
    inner join typed on submission.submission_id = typed.submission_id
    where submission.form = 'interim'
),

computed as (
    select
        *,
        carried_forward - assessed_prior as reduction,
        assessed_prior - collected_prior - written_off_prior as balance_prior,
        collected_current + written_off_current as settled_current,
        assessed_current - collected_current - written_off_current as balance_current,
        carried_forward - assessed_prior + collected_prior + written_off_prior as settled_prior
    from (from annual union all from interim)
),

-- Percent with one decimal, rounded half away from zero: integers only.
percent as (
    select
        *,
        balance_prior + balance_current as balance,
        collected_prior / nullif(assessed_prior, 0) as collection_rate_prior,
        tenths(collected_prior, assessed_prior) as collection_rate_prior_pct,
        settled_prior / nullif(carried_forward, 0) as settlement_rate_prior,
        tenths(settled_prior, carried_forward) as settlement_rate_prior_pct,
        collected_current / nullif(assessed_current, 0) as collection_rate_current,
        tenths(collected_current, assessed_current) as collection_rate_current_pct,
        settled_current / nullif(assessed_current, 0) as settlement_rate_current,
        tenths(settled_current, assessed_current) as settlement_rate_current_pct,
        (collected_prior + collected_current) / nullif(assessed_prior + assessed_current, 0)
            as collection_rate,
        tenths(collected_prior + collected_current, assessed_prior + assessed_current)
            as collection_rate_pct,
        (settled_prior + settled_current) / nullif(carried_forward + assessed_current, 0)
            as settlement_rate,
        tenths(settled_prior + settled_current, carried_forward + assessed_current)
            as settlement_rate_pct
    from computed
)

from percent;
