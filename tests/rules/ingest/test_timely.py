"""A form speaks of a day, or of the close of a year, that has come when it is handed in."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from support.filled_in import CODE, FILLED
from support.workbooks import AMAGASAKI, OSAKA, TSUYAMA

from ingest.findings import Finding
from ingest.load import Arrival, SourceFile, check, load
from ingest.reports import LoadReport
from ingest.templates import draw

ANNUAL = {
    "form": "annual",
    "fiscal_year": 2025,
    "header": {
        "department": "健康福祉局", "section": "保険年金課", "claim_number": "008",
        "claim_classes": "私債権", "claim_name": "奨学金",
    },
    "values": {("collection", "D", "assessed_current"): 5},
}  # fmt: skip
FORMS = {**FILLED, "annual": ANNUAL}
# The first day on which each may be handed in, and where it is told before.
FIRST_DAYS = {
    "annual": (date(2026, 4, 1), "C15", "令和7年度"),
    "claim_list": (date(2022, 4, 1), None, "令和3年度"),
    "plan_amount": (date(2020, 4, 1), "E6", "令和元年度"),
    "plan_rate": (date(2020, 4, 1), "E6", "令和元年度"),
    "promotion": (date(2022, 4, 1), "G10", "令和3年度"),
    "city_target": (date(2021, 4, 1), "F8", "令和2年度"),
    "interim": (date(2025, 7, 31), "I3", "2025年7月31日"),
}


def book(folder: Path, name: str) -> SourceFile:
    path = folder / f"{name}.xlsx"
    path.write_bytes(draw(municipality_code=CODE, **FORMS[name]))
    return SourceFile(path, CODE)


def early(report: LoadReport) -> list[Finding]:
    return [f for b in report.workbooks for f in b.findings if f.rule == "too_early"]


@pytest.mark.parametrize("name", FIRST_DAYS)
def test_what_is_yet_to_come_is_refused_until_it_has(tmp_path: Path, name: str) -> None:
    first, cell, found = FIRST_DAYS[name]
    source = book(tmp_path, name)
    (finding,) = early(check([source], today=first - timedelta(days=1)))
    assert (finding.severity, finding.cell, finding.found) == ("error", cell, found)
    assert early(check([source], today=first)) == []


def test_two_years_yet_to_come_are_told_one_by_one(tmp_path: Path) -> None:
    found = early(check([book(tmp_path, "promotion")], today=date(2020, 12, 1)))
    assert [(f.cell, f.found) for f in found] == [("F10", "令和2年度"), ("G10", "令和3年度")]


@pytest.mark.parametrize("folder", [OSAKA, TSUYAMA, AMAGASAKI])
def test_real_forms_came_when_their_figures_were_there(folder: Path) -> None:
    sources = [SourceFile(path) for path in sorted(folder.iterdir())]
    assert early(check(sources, today=date(2024, 9, 1))) == []


def test_figures_typed_too_early_do_not_become_right_by_waiting(tmp_path: Path) -> None:
    source = book(tmp_path, "interim")

    def take(day: int, *, again: bool = False) -> LoadReport:
        return load(
            [source], Arrival(datetime(2025, 7, day, 3, 0, tzinfo=UTC), again=again),
            landing=tmp_path / "landing", archive=None,
        )  # fmt: skip

    first = early(take(20))
    assert "2025年7月20日" in first[0].message
    assert early(take(31)) == first
    assert early(check([source], landing=tmp_path / "landing", today=date(2025, 7, 31))) == first
    assert early(take(31, again=True)) == []
