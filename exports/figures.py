"""The balance report of a day, read from a published generation of the marts.

``read_report`` gives the one ``Report`` that every format is rendered from, in exact yen;
``displayed`` turns yen into the unit of the page.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from exports.errors import NoFigures, ReportRefused
from exports.identities import check_parts
from exports.japanese import class_rank, displayed
from exports.model import (
    MONEY,
    RATES,
    ClaimLine,
    Figures,
    Report,
    ReportSettings,
    StatusShare,
    TotalLine,
    YearEnd,
    members_of,
)

__all__ = [
    "ClaimLine",
    "Figures",
    "Report",
    "ReportSettings",
    "TotalLine",
    "displayed",
    "read_report",
]

Row = dict[str, object]

_ALWAYS_THERE = ("balance_current", "balance_prior", "balance")

_CLAIMS = """
select * from marts.mart_balance_report
where municipality_code = $city and as_of = $as_of
order by claim_number
"""
_TOTALS = """
select * from marts.mart_balance_total
where municipality_code = $city and as_of = $as_of
order by dimension, member
"""
# What the list of city targets says of a year, else the sum of the claims where each claim that
# the register knew at the close of the year has settled.
_HISTORY = """
with listed as (
    select
        fiscal_year,
        max(actual) as balance,
        max(actual_current) as balance_current,
        max(actual_prior) as balance_prior,
        max_by(target, revision_no) as target,
        max_by(target_kind, revision_no) as target_kind
    from marts.mart_city_target
    where municipality_code = $city
    group by fiscal_year
),

settled as (
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
)

select
    fiscal_year,
    coalesce(listed.balance, settled.balance) as balance,
    case when listed.balance is null then settled.balance_current else listed.balance_current end
        as balance_current,
    case when listed.balance is null then settled.balance_prior else listed.balance_prior end
        as balance_prior,
    listed.target,
    listed.target_kind
from listed
full join settled using (fiscal_year)
where fiscal_year <= $fiscal_year
order by fiscal_year
"""
_STATUS = """
select status_code, status_label, status_group, balance, fiscal_year
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


def read_report(
    generation: Path,
    *,
    municipality_code: str,
    as_of: date,
    issued: date,
    settings: ReportSettings,
) -> Report:
    """Read and check the report of ``as_of`` from a generation (a DuckDB file, read only).

    Raises NoFigures when the generation has nothing for that day, and ReportRefused when
    exact parts do not add up.
    """
    with duckdb.connect(str(generation), read_only=True) as connection:
        day: Row = {"city": municipality_code, "as_of": as_of}
        claim_rows = _rows(connection, _CLAIMS, day)
        total_rows = _rows(connection, _TOTALS, day)
        if not claim_rows:
            raise NoFigures(municipality_code, as_of)
        _refuse_holes(claim_rows, total_rows, as_of)
        fiscal_year = _one_fiscal_year(claim_rows, as_of)
        year: Row = {"city": municipality_code, "fiscal_year": fiscal_year}
        history = _rows(connection, _HISTORY, year)
        status = _rows(connection, _STATUS, year)
    claims = tuple(_claim_line(row) for row in claim_rows)
    totals = [_total_line(row, claims) for row in total_rows]
    first_claim = {line.department: line.claim_number for line in reversed(claims)}
    report = Report(
        settings=settings,
        municipality_code=municipality_code,
        as_of=as_of,
        issued=issued,
        fiscal_year=fiscal_year,
        claims=claims,
        classes=_ordered(totals, "class", lambda t: (class_rank(t.member), t.member)),
        # the mart has no order of departments; the claim numbers follow the city's own
        departments=_ordered(
            totals, "department", lambda t: (first_claim.get(t.member, ""), t.member)
        ),
        city=_the_city(totals, as_of),
        history=tuple(_year_end(row, fiscal_year) for row in history),
        status=tuple(_status_share(row) for row in status),
    )
    check_parts(report)
    return report


def _rows(connection: duckdb.DuckDBPyConnection, query: str, given: Row) -> list[Row]:
    cursor = connection.execute(query, given)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _refuse_holes(claim_rows: list[Row], total_rows: list[Row], as_of: date) -> None:
    reasons = [
        f"{row.get('claim_number') or row.get('member')}: {column} が空です。"
        for row in [*claim_rows, *total_rows]
        for column in _ALWAYS_THERE
        if row[column] is None
    ]
    if reasons:
        raise ReportRefused(as_of, reasons)


def _one_fiscal_year(rows: list[Row], as_of: date) -> int:
    years = sorted({int(str(row["fiscal_year"])) for row in rows})
    if len(years) > 1:
        listed = "、".join(str(year) for year in years)
        raise ReportRefused(as_of, [f"一つの報告に複数の年度（{listed}）が含まれています。"])
    return years[0]


def _ordered(
    totals: list[TotalLine], dimension: str, key: Callable[[TotalLine], tuple[object, ...]]
) -> tuple[TotalLine, ...]:
    return tuple(sorted((t for t in totals if t.dimension == dimension), key=key))


def _the_city(totals: list[TotalLine], as_of: date) -> TotalLine:
    found = [total for total in totals if total.dimension == "city"]
    if len(found) != 1:
        raise ReportRefused(
            as_of, ["市全体の合計がありません。" if not found else "市全体の合計が複数あります。"]
        )
    return found[0]


def _claim_line(row: Row) -> ClaimLine:
    return ClaimLine(
        claim_number=str(row["claim_number"]),
        claim_name=_text(row["claim_name"]),
        claim_classes=_text(row["claim_classes"]),
        department=_text(row["department"]),
        target_kind=_text(row["target_kind"]) or None,
        note=_text(row["note"]) or None,
        figures=_figures(row),
        # A generation of before has no such column.
        is_basis_break=bool(row.get("is_basis_break")),
        debtors=_whole(row["debtors"]),
        cases=_whole(row["cases"]),
    )


def _total_line(row: Row, claims: tuple[ClaimLine, ...]) -> TotalLine:
    dimension, member = str(row["dimension"]), _text(row["member"])
    parts = members_of(claims, dimension, member)
    return TotalLine(
        dimension=dimension,
        member=member,
        claims=int(str(row["claims"])),
        claims_without_settlement=sum(
            part.figures.previous_settlement_balance is None for part in parts
        ),
        claims_without_last_year=int(str(row["claims_without_last_year"])),
        claims_without_target=int(str(row["claims_without_target"])),
        figures=_figures(row),
        claims_with_basis_break=int(str(row.get("claims_with_basis_break") or 0)),
    )


def _year_end(row: Row, fiscal_year: int) -> YearEnd:
    year = int(str(row["fiscal_year"]))
    # What became of the year itself was not known on the day of the report.
    settled = year < fiscal_year
    return YearEnd(
        fiscal_year=year,
        balance=_whole(row["balance"]) if settled else None,
        balance_current=_whole(row["balance_current"]) if settled else None,
        balance_prior=_whole(row["balance_prior"]) if settled else None,
        target=_whole(row["target"]),
        target_kind=_text(row["target_kind"]) or None,
    )


def _status_share(row: Row) -> StatusShare:
    return StatusShare(
        status_code=str(row["status_code"]),
        label=_text(row["status_label"]),
        group=str(row["status_group"]),
        balance=int(str(row["balance"])),
        fiscal_year=int(str(row["fiscal_year"])),
    )


def _figures(row: Row) -> Figures:
    money = {column: _whole(row[column]) for column in MONEY}
    rates = {column: _percent(row[column]) for column in RATES}
    return Figures(**money, **rates)  # type: ignore[arg-type]  # each column has its type


def _whole(value: object) -> int | None:
    if value is None or isinstance(value, int):
        return value
    raise TypeError(f"yen and counts are whole numbers, not {type(value).__name__}")


def _percent(value: object) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    raise TypeError(f"a printed rate must be a DECIMAL, not {type(value).__name__}")


def _text(value: object) -> str:
    return "" if value is None else str(value)
