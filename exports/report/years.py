"""How the city's balance went over the years: settlements, the targets, the mix of statuses.

A report tells what was known when it was issued: years that had closed by its day, and targets
decided by then. A report drafted again years later says the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.marts import Marts, built
from exports.report.model import CityTarget, Settled, StatusShare, YearEnd

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
with class as (
    select * from marts.mart_status_mix
    where
        municipality_code = $city
        and part = 'total'
        and status_code <> 'all'
        and fiscal_year < $fiscal_year
    qualify fiscal_year = max(fiscal_year) over ()
),

-- Nobody counts the debtors of a class, but each has a case: of a claim, those outside are no more
-- than the cases outside. And where there are cases, there is somebody.
counted as (
    select
        claim.status_code,
        sum(
            case
                when claim.cases > 0
                    then greatest(1, coalesce(settled.debtors - (claim.all_cases - claim.cases), 1))
                else 0
            end
        ) as debtors
    from (
        select
            *,
            case when bool_and(cases is not null) over one then sum(cases) over one end as all_cases
        from class
        where dimension = 'claim'
        window one as (partition by member)
    ) as claim
    left join marts.fct_collection as settled
        on
            claim.municipality_code = settled.municipality_code
            and claim.member = settled.claim_number
            and claim.fiscal_year = settled.fiscal_year
            and settled.scenario = 'actual'
            and settled.stage in ('provisional', 'final')
    group by claim.status_code
)

select
    class.status_code,
    class.status_label as label,
    class.status_group as "group",
    class.balance,
    class.fiscal_year,
    class.share_pct,
    case when class.cases is not null then cast(counted.debtors as integer) end as debtors
from class
left join counted using (status_code)
where class.dimension = 'city'
order by class.status_code
"""
_SETTLED_CLAIMS = """
select
    fiscal_year,
    claim_number,
    balance,
    debtors,
    (fiscal_year, claim_number) in (
        select (fiscal_year, member)
        from marts.mart_status_mix
        where municipality_code = $city and dimension = 'claim' and balance is not null
    ) as in_status
from marts.fct_collection
where
    municipality_code = $city
    and scenario = 'actual'
    and stage in ('provisional', 'final')
    and fiscal_year in ($last_year, $of_status)
order by fiscal_year, claim_number
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


def read_settled(
    marts: Marts, fiscal_year: int, status: Sequence[StatusShare]
) -> tuple[Settled, ...]:
    """The claims that the year before ``fiscal_year`` and that of the ``status`` are sums of."""
    of_status = status[0].fiscal_year if status else fiscal_year - 1
    rows = marts.named(_SETTLED_CLAIMS, last_year=fiscal_year - 1, of_status=of_status)
    return tuple(built(Settled, row) for row in rows)
