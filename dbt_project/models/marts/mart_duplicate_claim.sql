{#-
    What may be one claim although forms tell it as two, or two told as one: seen by a name, a number
    or a spelling, between whatever speaks of one year. Where the register knows a claim, it decides.
-#}
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
        claim_number
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
        max(submission_id) as submission_id,
        list(distinct submission_id) as submissions
    from told
    group by municipality_code, fiscal_year, claim_key, name_key, owner_key, names_bureau
),

known as (
    select
        spelling.*,
        register.claim_number is not null as is_registered
    from spelling
    left join register
        on
            spelling.municipality_code = register.municipality_code
            and spelling.claim_number = register.claim_number
),

same_name as (
    select
        'name' as reason,
        one,
        other
    from known as one
    inner join known as other
        on
            one.municipality_code = other.municipality_code
            and one.fiscal_year = other.fiscal_year
            and one.name_key = other.name_key
            and one.claim_key < other.claim_key
    where not (one.is_registered and other.is_registered)
),

same_claim as (
    select
        case when one.name_key = other.name_key then 'department' else 'number' end as reason,
        one,
        other
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

-- A letter more or less, or the beginning of a longer name, and never beside it in one form.
alike as (
    select
        'spelling' as reason,
        one,
        other
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
        and least(length(one.name_key), length(other.name_key)) >= 4
        and (
            -- It counts bytes, of which a letter has three.
            damerau_levenshtein(one.name_key, other.name_key) <= 3
            or starts_with(one.name_key, other.name_key)
            or starts_with(other.name_key, one.name_key)
        )
        and not list_has_any(one.submissions, other.submissions)
),

pair as (
    select * from same_name
    union all
    select * from same_claim
    union all
    select * from alike
),

told_of as (
    select
        one.municipality_code,
        one.fiscal_year,
        reason,
        {% for side, prefix in {'one': '', 'other': 'other_'}.items() -%}
        {% for column in [
            'claim_key', 'claim_number', 'claim_name', 'department', 'form', 'submission_id',
        ] -%}
        {{ side }}.{{ column }} as {{ prefix }}{{ column }},
        {% endfor -%}
        {% endfor -%}
        one.claim_key <> other.claim_key and one.is_counted and other.is_counted
            as is_counted_twice
    from pair
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
    -- What stands in the columns of the register where both are one claim.
    coalesce(claim_number, other_claim_number) as register_claim_number,
    case when claim_number is null and other_claim_number is not null then other_claim_name
        else claim_name
    end as register_claim_name,
    case
        when reason in ('number', 'spelling')
            then
                case
                    when claim_number is null and other_claim_number is not null then claim_name
                    else other_claim_name
                end
    end as register_alias,
    case when claim_number is null and other_claim_number is not null then other_department
        else coalesce(department, other_department)
    end as register_department,
    case reason
        when 'name'
            then
                case
                    when claim_number is not null and other_claim_number is not null
                        then
                            '同じ債権であれば、番号を誤った様式を直して提出し直す。'
                            || '別の債権であれば、どちらの番号も台帳に登録する'
                    else
                        '同じ債権であれば、一つの債権整理番号で台帳に登録する。'
                        || '別の債権であれば、それぞれの番号と所属で登録する'
                end
        when 'number'
            then
                '同じ債権であれば、一方の名前を別名として台帳に登録する。'
                || '別の債権であれば、番号を誤った様式を直して提出し直す'
        when 'department'
            then
                '一つの債権とみなしている。台帳に所属を登録する（所管が移ったのであれば、適用開始日を付けて2行にする）。'
                || '別の債権であれば、それぞれの番号と所属で登録する'
        when 'spelling'
            then
                '同じ債権であれば、一方の名前を別名として台帳に登録する。'
                || '別の債権であれば、それぞれの番号で登録する'
    end as remedy,
    submission_id,
    other_submission_id
from told_of
