"""How the city's balance went over the years: settlements, the targets, the mix of statuses.

A report tells what was known when it was issued: years that had closed by its day, and targets
decided by then. A report drafted again years later says the same.
"""

from collections.abc import Sequence
from datetime import date

import duckdb

from exports.report.model import CityTarget, StatusShare, YearEnd
from exports.report.rows import Row, percent, read_rows, text, whole

_TARGETS = """
select
    fiscal_year, target_kind, revision_no, target, target_current, target_prior, target_change,
    decided_on, meeting, reason
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
select status_code, status_label, status_group, balance, share_pct, cases, fiscal_year
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


def read_targets(
    connection: duckdb.DuckDBPyConnection, city: str, fiscal_year: int, *, decided_by: date
) -> tuple[CityTarget, ...]:
    """The city targets decided by a day; without a date, those up to ``fiscal_year``."""
    given: Row = {"city": city, "fiscal_year": fiscal_year, "decided_by": decided_by}
    return tuple(
        CityTarget(
            fiscal_year=_number(row["fiscal_year"]),
            kind=text(row["target_kind"]),
            revision_no=_number(row["revision_no"]),
            target=_number(row["target"]),
            target_current=whole(row["target_current"]),
            target_prior=whole(row["target_prior"]),
            change=whole(row["target_change"]),
            decided_on=row["decided_on"] if isinstance(row["decided_on"], date) else None,
            meeting=text(row["meeting"]),
            reason=text(row["reason"]),
        )
        for row in read_rows(connection, _TARGETS, given)
    )


def read_history(
    connection: duckdb.DuckDBPyConnection,
    city: str,
    fiscal_year: int,
    targets: Sequence[CityTarget],
) -> tuple[YearEnd, ...]:
    """The years before ``fiscal_year`` as they closed, and itself with its target."""
    rows = read_rows(connection, _SETTLED, {"city": city, "fiscal_year": fiscal_year})
    settled = {_number(row["fiscal_year"]): row for row in rows}
    last = {target.fiscal_year: target for target in targets}
    years = sorted(year for year in settled.keys() | last.keys() if year <= fiscal_year)
    return tuple(_year_end(year, settled.get(year, {}), last.get(year)) for year in years)


def read_status(
    connection: duckdb.DuckDBPyConnection, city: str, fiscal_year: int
) -> tuple[StatusShare, ...]:
    """The mix of statuses at the last close before ``fiscal_year``."""
    return tuple(
        StatusShare(
            status_code=text(row["status_code"]),
            label=text(row["status_label"]),
            group=text(row["status_group"]),
            balance=_number(row["balance"]),
            fiscal_year=_number(row["fiscal_year"]),
            share_pct=percent(row["share_pct"]),
            cases=whole(row["cases"]),
        )
        for row in read_rows(connection, _STATUS, {"city": city, "fiscal_year": fiscal_year})
    )


def _year_end(year: int, settled: Row, target: CityTarget | None) -> YearEnd:
    return YearEnd(
        fiscal_year=year,
        balance=whole(settled.get("balance")),
        balance_current=whole(settled.get("balance_current")),
        balance_prior=whole(settled.get("balance_prior")),
        target=target.target if target else None,
        target_kind=target.kind if target else None,
    )


def _number(value: object) -> int:
    return int(str(value))
