select
    status_code,
    version,
    label,
    status_group
from {{ ref('status_class') }}
