with listed as (
    select
        listed.*,
        submission_known.known_from,
        submission_known.known_to
    from {{ ref('int_claim_list') }} as listed
    inner join {{ ref('int_submission_known') }} as submission_known
        on listed.submission_id = submission_known.submission_id
),

mention as (
    select * from {{ ref('int_claim_mention') }}
)

select
    listed.municipality_code,
    listed.fiscal_year,
    listed.no,
    listed.claim_name,
    mention.claim_key,
    mention.claim_number,
    listed.claim_classes,
    listed.uncollected,
    listed.bureau,
    listed.section,
    listed.unit_yen,
    listed.submission_id,
    listed.source_item,
    listed.known_from,
    listed.known_to
from listed
left join mention
    on
        listed.submission_id = mention.submission_id
        and listed.claim_name = mention.claim_name
        and listed.section is not distinct from mention.department
