-- One batch of a landing zone: every claim's annual forms and balance reports of every year, one
-- annual form of 33 handed in twice. Variables: municipalities, claims, departments, first_year, years.
create table claim_year as
select
    lpad((100000 + municipality)::varchar, 6, '0') as municipality_code,
    lpad(claim::varchar, 3, '0') as claim_number,
    '債権' || claim as claim_name,
    '部局' || (claim % getvariable('departments')) as department,
    getvariable('first_year') + year as fiscal_year
from
    range(getvariable('municipalities')) as municipality (municipality),
    range(1, getvariable('claims') + 1) as claim (claim),
    range(getvariable('years')) as year (year);

create table submission as
with annual as (
    select
        'annual' as form,
        municipality_code,
        claim_number as subject,
        fiscal_year::varchar as period,
        claim_number,
        claim_name,
        department,
        fiscal_year::integer as fiscal_year,
        null::date as as_of,
        version
    from claim_year, range(2) as version (version)
    where version = 0 or hash(municipality_code, claim_number, fiscal_year) % 33 = 0
),

report_day as (
    select * from (values (7, 0), (10, 0), (1, 1)) as day (month, years_later)
),

interim as (
    select distinct
        'interim' as form,
        municipality_code,
        department as subject,
        last_day(make_date(fiscal_year + years_later, month, 1))::varchar as period,
        null as claim_number,
        null as claim_name,
        department,
        fiscal_year::integer as fiscal_year,
        last_day(make_date(fiscal_year + years_later, month, 1)) as as_of,
        0 as version
    from claim_year, report_day
)

select
    substr(md5(concat_ws('|', form, municipality_code, subject, period, version)), 1, 16)
        as submission_id,
    '1' as batch_id,
    make_timestamptz(fiscal_year + 1, 7, 1 + version, 9, 0, 0, 'Asia/Tokyo') as received_at,
    * exclude (version),
    'private' as claim_classes,
    'accepted' as status,
    1000 as unit_yen,
    '調書.xlsx' as file,
    '調書' as sheet
from (from annual union all by name from interim);

-- A row of a form: A to G of an annual form, a claim of a balance report.
create table form_row as
select submission_id, form, item, null as claim_name
from submission, (select unnest(['A', 'B', 'C', 'D', 'E', 'F', 'G']) as item)
where form = 'annual'
union all
select submission.submission_id, submission.form, claim_year.claim_number, claim_year.claim_name
from submission
inner join claim_year using (municipality_code, department, fiscal_year)
where submission.form = 'interim';

create view cell as
with figure as (
    select unnest([
        ('carried_forward', 900000), ('assessed_prior', 900000), ('collected_prior', 300000),
        ('written_off_prior', 100000), ('assessed_current', 900000), ('collected_current', 800000),
        ('written_off_current', 100000)
    ], recursive := true)
),

named (measure, most) as (
    from figure
)

select
    submission_id,
    'collection' as block,
    item,
    measure,
    'D17' as cell,
    ((hash(submission_id, item, measure) % most + 1) * 1000)::bigint as number,
    null as text,
    null::integer as fiscal_year
from form_row, named
union all
select submission_id, 'collection', item, 'claim_name', 'B17', null, claim_name, null
from form_row
where form = 'interim'
union all
select submission_id, 'collection', item, 'claim_classes', 'C17', null, 'private', null
from form_row
where form = 'interim'
union all
select submission_id, 'total', '', 'cases', 'D60', (hash(submission_id) % 1000)::bigint, null, null
from submission
where form = 'annual';
