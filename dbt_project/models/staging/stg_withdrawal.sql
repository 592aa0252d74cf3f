with source as (
    select * from {{ source('landing', 'withdrawal') }}
),

cleaned as (
    select
        submission_id,
        cast(received_at as timestamp with time zone) as withdrawn_at,
        withdrawn_by,
        reason as withdrawal_reason,
        -- What is withdrawn twice was withdrawn the first time.
        row_number() over (partition by submission_id order by received_at, batch_id) as nth
    from source
)

select
    submission_id,
    withdrawn_at,
    withdrawn_by,
    withdrawal_reason
from cleaned
where nth = 1
