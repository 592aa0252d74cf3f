"""The balance report of a day, read from a published generation of the marts.

``read_report`` gives the one ``Report`` that every format is rendered from, in exact yen.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from exports.errors import NoFigures, ReportRefused
from exports.marts import Row, built, reading
from exports.report.identities import check_parts
from exports.report.model import ClaimLine, Figures, Report, TotalLine
from exports.report.settings import City
from exports.report.years import read_history, read_settled, read_status, read_targets
from terms.codes import class_rank
from terms.years import year_earlier

# All that a report is read from.
MARTS = (
    "mart_balance_report",
    "mart_balance_total",
    "mart_city_target",
    "mart_status_mix",
    "fct_collection",
    "dim_claim",
)
_ALWAYS_THERE = ("balance_current", "balance_prior", "balance")

_CLAIMS = """
select
    report.* replace (
        coalesce(report.claim_name, '') as claim_name,
        coalesce(report.claim_classes, '') as claim_classes,
        coalesce(report.department, '') as department,
        nullif(report.target_kind, '') as target_kind,
        nullif(report.note, '') as note
    ),
    last_year.debtors as debtors_last_year,
    settlement.debtors as debtors_settlement
from marts.mart_balance_report as report
left join marts.mart_balance_report as last_year
    on
        report.municipality_code = last_year.municipality_code
        and report.claim_number = last_year.claim_number
        and last_year.as_of = $last_year
left join marts.fct_collection as settlement
    on
        report.municipality_code = settlement.municipality_code
        and report.claim_number = settlement.claim_number
        and report.fiscal_year - 1 = settlement.fiscal_year
        and settlement.scenario = 'actual'
        and settlement.stage in ('provisional', 'final')
where report.municipality_code = $city and report.as_of = $as_of
order by report.claim_number
"""
_TOTALS = """
select
    * replace (coalesce(member, '') as member),
    claims_without_previous_settlement as claims_without_settlement
from marts.mart_balance_total
where municipality_code = $city and as_of = $as_of
order by dimension, member
"""


def read_report(generation: Path, city: City, as_of: date, issued: date) -> Report:
    """Read and check the report of ``as_of`` from a generation (a DuckDB file, read only).

    Raises NoFigures when the generation has nothing for that day, ReportRefused when exact
    parts do not add up, and GenerationTooOld.
    """
    with reading(generation, city.municipality_code) as marts:
        claim_rows = marts.named(_CLAIMS, as_of=as_of, last_year=year_earlier(as_of))
        total_rows = marts.named(_TOTALS, as_of=as_of)
        if not claim_rows:
            raise NoFigures(city.municipality_code, as_of)
        _refuse_holes(claim_rows, total_rows, as_of)
        fiscal_year = _one_fiscal_year(claim_rows, as_of)
        targets = read_targets(marts, fiscal_year, decided_by=issued)
        history = read_history(marts, fiscal_year, targets)
        status = read_status(marts, fiscal_year)
        settled = read_settled(marts, fiscal_year, status)
    claims = tuple(built(ClaimLine, row, figures=built(Figures, row)) for row in claim_rows)
    totals = [built(TotalLine, row, figures=built(Figures, row)) for row in total_rows]
    first_claim = {line.department: line.claim_number for line in reversed(claims)}
    report = Report(
        settings=city.settings,
        municipality_code=city.municipality_code,
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
        history=history,
        targets=targets,
        status=status,
        settled=settled,
    )
    check_parts(report)
    return report


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
