{#-
    What may be one claim although forms tell it as two, or two told as one: seen by a name, a number,
    a spelling or an amount, between whatever speaks of one year. Where the register knows a claim, it decides.
-#}
{%- set columns = [
    'claim_key', 'claim_number', 'claim_name', 'department', 'form', 'submission_id', 'is_counted',
] -%}
{%- set remedies = {
    'name': '同じ債権であれば、一つの債権整理番号で台帳に登録し、番号を誤った様式があれば提出し直す。'
        ~ '別の債権であれば、それぞれの番号と所属を台帳に登録する',
    'number': '同じ債権であれば、一方の名前を別名として台帳に登録する。'
        ~ '別の債権であれば、番号を誤った様式を提出し直す',
    'department': '一つの債権として数えている。台帳に所属を登録する（所管が移ったのであれば適用開始日を付けて2行にする）。'
        ~ '別の債権であれば、それぞれの番号と所属を台帳に登録する',
    'spelling': '同じ債権であれば、一方の名前を別名として台帳に登録する。'
        ~ '別の債権であれば、それぞれの番号を台帳に登録する',
    'balance': '残高が同じ。同じ債権であれば、一方の名前を別名として台帳に登録する。'
        ~ '別の債権であれば、それぞれの番号を台帳に登録する',
} -%}
{#- Amounts that are the same in 千円, from here on, are hardly so by chance. -#}
{%- set large = 1000000 -%}

with answer as (
    select * from {{ ref('mart_uncollected_by_year') }}
    where not is_total
),

interim as (
    select * from {{ ref('fct_collection') }}
    where stage = 'interim'
),

register as (
    select distinct
        municipality_code,
        claim_key
    from {{ ref('dim_claim') }}
    where is_registered
),

told as (
    select
        municipality_code,
        fiscal_year,
        claim_key,
        claim_number,
        claim_name,
        department,
        form,
        is_chosen and balance is not null as is_counted,
        balance,
        submission_id
    from answer
    -- A year to come is described as the claim was called when its targets were set.
    where form <> 'annual' or balance is not null
    union all
    select
        municipality_code,
        fiscal_year,
        claim_number as claim_key,
        claim_number,
        claim_name,
        department,
        form,
        false as is_counted,
        cast(null as bigint) as balance,
        submission_id
    from interim
),

-- One spelling of a claim and its owner, of all forms that write it so.
spelling as (
    select
        municipality_code,
        fiscal_year,
        claim_key,
        max(claim_number) as claim_number,
        {{ name_key('claim_name') }} as name_key,
        {{ name_key("coalesce(department, '')") }} as owner_key,
        -- Annual forms and balance reports name bureaus, the others their sections.
        form in ('annual', 'interim') as names_bureau,
        min(claim_name) as claim_name,
        min(department) as department,
        min(form) as form,
        bool_or(is_counted) as is_counted,
        max(balance) filter (where is_counted) as balance,
        min_by(submission_id, form || submission_id) as submission_id,
        list(distinct submission_id) as submissions
    from told
    group by municipality_code, fiscal_year, claim_key, name_key, owner_key, names_bureau
),

known as (
    select
        spelling.*,
        register.claim_key is not null as is_registered,
        row_number() over (
            order by
                spelling.municipality_code,
                spelling.fiscal_year,
                spelling.claim_key,
                spelling.name_key,
                spelling.owner_key,
                spelling.names_bureau
        ) as spelling_no
    from spelling
    left join register
        on
            spelling.municipality_code = register.municipality_code
            and spelling.claim_key = register.claim_key
),

-- What a form lists beside each other it tells apart.
same_name as (
    select
        'name' as reason,
        one.spelling_no,
        other.spelling_no as other_spelling_no
    from known as one
    inner join known as other
        on
            one.municipality_code = other.municipality_code
            and one.fiscal_year = other.fiscal_year
            and one.name_key = other.name_key
            and one.claim_key < other.claim_key
    where
        not (one.is_registered and other.is_registered)
        and not list_has_any(one.submissions, other.submissions)
),

same_claim as (
    select
        case when one.name_key = other.name_key then 'department' else 'number' end as reason,
        one.spelling_no,
        other.spelling_no as other_spelling_no
    from known as one
    inner join known as other
        on
            one.municipality_code = other.municipality_code
            and one.fiscal_year = other.fiscal_year
            and one.claim_key = other.claim_key
            and (one.name_key, one.owner_key) < (other.name_key, other.owner_key)
    where
        not one.is_registered
        and (
            one.name_key <> other.name_key
            or (one.names_bureau = other.names_bureau and one.owner_key <> '')
        )
),

-- A letter more or less, or the beginning of a longer name; else what both owe.
compared as (
    select
        one.spelling_no,
        other.spelling_no as other_spelling_no,
        least(length(one.name_key), length(other.name_key)) >= 4
        and (
            -- It counts bytes, of which a letter has three.
            damerau_levenshtein(one.name_key, other.name_key) <= 3
            or starts_with(one.name_key, other.name_key)
            or starts_with(other.name_key, one.name_key)
        ) as is_spelt_alike,
        coalesce(
            one.balance >= {{ large }}
            and {{ rounded_quotient('one.balance', 1000) }}
            = {{ rounded_quotient('other.balance', 1000) }},
            false
        ) as owes_the_same
    from known as one
    inner join known as other
        on
            one.municipality_code = other.municipality_code
            and one.fiscal_year = other.fiscal_year
            and one.name_key <> other.name_key
            and one.claim_key <> other.claim_key
    where
        one.claim_number is null
        and (other.claim_number is not null or one.claim_key < other.claim_key)
        and (one.names_bureau <> other.names_bureau or one.owner_key = other.owner_key)
        and not list_has_any(one.submissions, other.submissions)
),

alike as (
    select
        case when is_spelt_alike then 'spelling' else 'balance' end as reason,
        spelling_no,
        other_spelling_no
    from compared
    where is_spelt_alike or owes_the_same
),

found as (
    select * from same_name
    union all
    select * from same_claim
    union all
    select * from alike
),

pair as (
    select
        found.reason,
        {% for column in columns -%}
        one.{{ column }},
        other.{{ column }} as other_{{ column }},
        {% endfor -%}
        one.municipality_code,
        one.fiscal_year
    from found
    inner join known as one on found.spelling_no = one.spelling_no
    inner join known as other on found.other_spelling_no = other.spelling_no
),

-- What stands in the columns of the register where both are one claim, and what to do.
advised as (
    select
        *,
        coalesce(claim_number, other_claim_number) as register_claim_number,
        case
            when (claim_number is null) <> (other_claim_number is null) then claim_number is null
            else other_form = 'annual' and form <> 'annual'
        end as other_leads,
        claim_key <> other_claim_key and is_counted and other_is_counted as is_counted_twice,
        {{ labelled('reason', remedies) }} as remedy
    from pair
),

led as (
    select
        *,
        case when other_leads then other_claim_name else claim_name end as register_claim_name,
        case
            when reason in ('number', 'spelling', 'balance')
                then case when other_leads then claim_name else other_claim_name end
        end as register_alias,
        case
            when other_leads then coalesce(other_department, department)
            else coalesce(department, other_department)
        end as register_department
    from advised
)

select
    municipality_code,
    fiscal_year,
    reason,
    claim_key,
    claim_number,
    claim_name,
    department,
    form,
    other_claim_key,
    other_claim_number,
    other_claim_name,
    other_department,
    other_form,
    is_counted_twice,
    register_claim_number,
    register_claim_name,
    register_alias,
    register_department,
    remedy,
    submission_id,
    other_submission_id
from led
