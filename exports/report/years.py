"""How the city's balance went over the years: settlements, the targets, the mix of statuses.

A report tells what was known when it was issued: years that had closed by its day, and targets
decided by then. A report drafted again years later says the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.marts import Marts, built
from exports.report.model import CityTarget, StatusShare, YearEnd

_TARGETS = """
select
    fiscal_year, target_kind as kind, revision_no, target, target_current, target_prior,
    target_change as change, decided_on, coalesce(meeting, '') as meeting,
    coalesce(reason, '') as reason
from marts.mart_city_target
where
    municipality_code = $city
    and target is not null
    and coalesce(decided_on <= $decided_by, fiscal_year <= $fiscal_year)
order by fiscal_year, revision_no
"""
# What the list of city targets says of a year, else the sum of the claims where each claim that
# the register knew at the close of the year has settled.
_SETTLED = """
with listed as (
    select
        fiscal_year,
        max(actual) as balance,
        max(actual_current) as balance_current,
        max(actual_prior) as balance_prior
    from marts.mart_city_target
    where municipality_code = $city and actual is not null
    group by fiscal_year
),

summed as (
    select
        fiscal_year,
        cast(sum(balance) as bigint) as balance,
        cast(sum(balance_current) as bigint) as balance_current,
        cast(sum(balance_prior) as bigint) as balance_prior
    from marts.fct_collection as collection
    where
        municipality_code = $city
        and scenario = 'actual'
        and stage in ('provisional', 'final')
    group by fiscal_year
    having count(*) >= (
        select count(distinct claim.claim_number)
        from marts.dim_claim as claim
        where
            claim.municipality_code = $city
            and claim.claim_number is not null
            and claim.valid_from <= make_date(collection.fiscal_year + 1, 3, 31)
            and coalesce(claim.valid_to > make_date(collection.fiscal_year + 1, 3, 31), true)
    )
),

settled as (
    select * from listed
    union all
    select * from summed
    where fiscal_year not in (select fiscal_year from listed)
)

select * from settled
where fiscal_year < $fiscal_year
order by fiscal_year
"""
_STATUS = """
select
    status_code, status_label as label, status_group as "group", balance, fiscal_year, share_pct,
    cases
from marts.mart_status_mix
where
    municipality_code = $city
    and dimension = 'city'
    and part = 'total'
    and status_code <> 'all'
    and fiscal_year < $fiscal_year
qualify fiscal_year = max(fiscal_year) over ()
order by status_code
"""


def read_targets(marts: Marts, fiscal_year: int, *, decided_by: date) -> tuple[CityTarget, ...]:
    """The city targets decided by a day; without a date, those up to ``fiscal_year``."""
    rows = marts.named(_TARGETS, fiscal_year=fiscal_year, decided_by=decided_by)
    return tuple(built(CityTarget, row) for row in rows)


def read_history(
    marts: Marts, fiscal_year: int, targets: Sequence[CityTarget]
) -> tuple[YearEnd, ...]:
    """The years before ``fiscal_year`` as they closed, and itself with its target."""
    rows = marts.named(_SETTLED, fiscal_year=fiscal_year)
    ends = {end.fiscal_year: end for end in (built(YearEnd, row) for row in rows)}
    for target in targets:  # the last of a year counts
        if (year := target.fiscal_year) <= fiscal_year:
            end = ends.get(year, YearEnd(year))
            ends[year] = replace(end, target=target.target, target_kind=target.kind)
    return tuple(ends[year] for year in sorted(ends))


def read_status(marts: Marts, fiscal_year: int) -> tuple[StatusShare, ...]:
    """The mix of statuses at the last close before ``fiscal_year``."""
    rows = marts.named(_STATUS, fiscal_year=fiscal_year)
    return tuple(built(StatusShare, row) for row in rows)
