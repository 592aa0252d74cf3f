{#-
    Inhabitants as tables tell them for a municipality as a whole: no part of them by sex, age or place.
    A total counts where it is of one municipality: named beside it, or no other is on the sheet.
-#}
with told as (
    select
        figure.*,
        submission.file,
        submission.received_at,
        figure.municipality_code <> submission.municipality_code as is_named,
        bool_or(figure.municipality_code <> submission.municipality_code) over (
            partition by figure.submission_id
        ) as names_others
    from {{ ref('mart_figure') }} as figure
    inner join {{ ref('mart_submission') }} as submission
        on figure.submission_id = submission.submission_id
    where
        figure.measure = 'inhabitants'
        and figure.unit = '人'
        and figure.as_of is not null
        and figure.claim_name is null
        and figure.department is null
),

whole as (
    select
        *,
        -- The newest sheet answers.
        row_number() over (
            partition by municipality_code, as_of
            order by received_at desc, submission_id desc, is_total asc, cell asc
        ) as nth
    from told
    where
        dimensions = '{}'
        and coalesce(scenario, 'actual') = 'actual'
        and coalesce(part, 'total') = 'total'
        and value = trunc(value)
        and (is_named or not is_total or not names_others)
)

select
    municipality_code,
    as_of,
    cast(value as bigint) as inhabitants,
    file as source,
    submission_id,
    sheet,
    cell
from whole
where nth = 1
