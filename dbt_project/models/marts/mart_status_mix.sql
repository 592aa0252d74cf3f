{%- set dimensions = {
    'claim': 'claim_number',
    'class': 'claim_classes',
    'department': 'department',
    'city': "'合計'",
} -%}

with claim as (
    select * from {{ ref('dim_claim') }}
),

-- Which group a class belongs to, the list of classes says that the form was drawn with.
listed as (
    select
        claim_status.*,
        status_class.status_group,
        status_class.label as status_label,
        status_class.version as status_version,
        row_number() over (
            partition by claim_status.submission_id, claim_status.part, claim_status.status_code
            order by status_class.version desc
        ) as nth
    from {{ ref('fct_claim_status') }} as claim_status
    inner join {{ ref('mart_submission') }} as submission
        on claim_status.submission_id = submission.submission_id
    inner join {{ ref('dim_status_class') }} as status_class
        on
            claim_status.status_code = status_class.status_code
            and try_cast(submission.layout_version as integer) >= status_class.version
),

closing as (
    select
        listed.*,
        collection.claim_name,
        collection.claim_classes,
        collection.department,
        collection.carried_forward,
        sum(listed.balance) over (
            partition by listed.municipality_code, listed.claim_number, listed.fiscal_year
        ) as balance_of_claim,
        {{ is_basis_break('claim', 'claim_last_year') }} as is_basis_break
    from listed
    inner join {{ ref('fct_collection') }} as collection
        on
            listed.municipality_code = collection.municipality_code
            and listed.claim_number = collection.claim_number
            and listed.fiscal_year = collection.fiscal_year
            and collection.scenario = 'actual'
            and collection.form = 'annual'
    left join claim
        on {{ claim_on(year_ends_on('listed.fiscal_year'), 'listed', 'claim') }}
    left join claim as claim_last_year
        on {{ claim_on(year_ends_on('listed.fiscal_year - 1'), 'listed', 'claim_last_year') }}
    where listed.nth = 1
),

reported_year as (
    select distinct
        municipality_code,
        fiscal_year
    from closing
),

-- A year's class beside the year before. A claim that is reported in one of the two years only
-- leaves a gap, unless nothing was owed then.
beside as (
    select
        closing.cases,
        closing.balance,
        coalesce(closing.municipality_code, last_year.municipality_code) as municipality_code,
        coalesce(closing.fiscal_year, last_year.fiscal_year + 1) as fiscal_year,
        coalesce(closing.claim_number, last_year.claim_number) as claim_number,
        coalesce(closing.claim_name, last_year.claim_name) as claim_name,
        coalesce(closing.claim_classes, last_year.claim_classes) as claim_classes,
        coalesce(closing.department, last_year.department) as department,
        coalesce(closing.part, last_year.part) as part,
        coalesce(closing.status_group, last_year.status_group) as status_group,
        coalesce(closing.status_code, last_year.status_code) as status_code,
        coalesce(closing.status_label, last_year.status_label) as status_label,
        coalesce(last_year.balance, case when closing.carried_forward = 0 then 0 end)
            as balance_last_year,
        case
            when closing.is_basis_break then 'basis_break'
            when closing.status_version <> last_year.status_version then 'other_classes'
            when closing.claim_number is null then 'not_reported'
            when last_year.claim_number is null and closing.carried_forward <> 0
                then 'not_reported'
        end as incomparable
    from closing
    full join closing as last_year
        on
            closing.municipality_code = last_year.municipality_code
            and closing.claim_number = last_year.claim_number
            and closing.fiscal_year - 1 = last_year.fiscal_year
            and closing.part = last_year.part
            and closing.status_code = last_year.status_code
    where closing.claim_number is not null or last_year.balance_of_claim <> 0
),

line as (
    select
        beside.*,
        case when beside.incomparable is null then beside.balance_last_year end
            as comparable_last_year
    from beside
    inner join reported_year
        on
            beside.municipality_code = reported_year.municipality_code
            and beside.fiscal_year = reported_year.fiscal_year
),

part_of as (
    {% for dimension, member in dimensions.items() -%}
    select
        '{{ dimension }}' as dimension,
        {{ member }} as member,
        *
    from line
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor -%}
),

total as (
    select
        municipality_code,
        dimension,
        member,
        fiscal_year,
        coalesce(part, 'total') as part,
        coalesce(status_group, 'all') as status_group,
        coalesce(status_code, 'all') as status_code,
        case when status_code is not null then max(status_label) end as status_label,
        case dimension when 'claim' then max(claim_name) end as claim_name,
        cast(count(distinct case when balance is not null then claim_number end) as integer)
            as claims,
        {{ yen_sum('cases') }} as cases,
        {{ yen_sum('balance') }} as balance,
        {{ complete_sum('comparable_last_year') }} as balance_last_year,
        {% for reason in ['basis_break', 'other_classes', 'not_reported'] -%}
        count(distinct case when incomparable = '{{ reason }}' then claim_number end)
            as {{ reason }},
        {% endfor -%}
        count(balance) as reported
    from part_of
    -- Each class, the subtotal of each group and the total; of each part and of both.
    group by
        municipality_code,
        dimension,
        member,
        fiscal_year,
        cube(part),
        rollup(status_group, status_code)
),

shared as (
    select
        *,
        {{ measure('change') }} as change,
        max(case when status_group = 'all' then balance end) over (
            partition by municipality_code, dimension, member, fiscal_year, part
        ) as balance_of_all
    from total
    where reported > 0
)

select
    municipality_code,
    dimension,
    member,
    fiscal_year,
    part,
    status_group,
    status_code,
    status_label,
    -- Its parts stand beside it.
    dimension <> 'claim' or part = 'total' or status_code = 'all' as is_total,
    claim_name,
    claims,
    cases,
    balance,
    {{ measure_pct('share') }} as share_pct,
    balance_last_year,
    change,
    nullif(
        concat_ws(
            '、',
            case when basis_break > 0 then '残高の締めが変わった債権' || basis_break || '件' end,
            case when other_classes > 0 then '区分の一覧が変わった債権' || other_classes || '件' end,
            case
                when not_reported > 0
                    then '前年度と当年度の一方の調書がない債権' || not_reported || '件'
            end
        ),
        ''
    ) as note
from shared
