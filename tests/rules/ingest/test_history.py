"""A form against what was accepted before: restatements, opening balances, whole forms in 円, and
what would be counted twice.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest import landing as zone
from ingest import templates
from ingest.findings import Finding
from ingest.load import Arrival, SourceFile, check, load
from ingest.sample import city, forms
from ingest.templates import Form
from ingest.versions import withdraw
from ingest.versions.known import Known

CITY = city()
CLAIM = CITY.claims[2]
DEPARTMENT = CITY.departments[0]
# Not a round thousand: amounts that all end in 000 give themselves away without any comparison.
IN_YEN = 997
DAY = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


class House:
    """One city's landing zone; each form comes a day after the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.days = folder, 0

    def take(
        self, form: Form, changes: Mapping[Any, Any] | None = None, **header: str
    ) -> list[Finding]:
        """Load one form with some values, or its header, changed; returns its findings."""
        (findings,) = self.take_all((form, changes or {}, header))
        return findings

    def take_all(
        self, *drawn: tuple[Form, Mapping[Any, Any], Mapping[str, str]]
    ) -> list[list[Finding]]:
        """Load forms at once; returns the findings of each."""
        self.days += 1
        files = []
        for number, (form, changes, header) in enumerate(drawn, 1):
            path = self.folder / f"{self.days}{f'-{number}' if number > 1 else ''}.xlsx"
            path.write_bytes(
                templates.draw(
                    form.layout.form, municipality_code=CITY.code, fiscal_year=form.fiscal_year,
                    as_of=form.as_of, header={**form.header, **header},
                    values={**form.values, **changes},
                )
            )  # fmt: skip
            files.append(SourceFile(path, CITY.code))
        report = load(
            files, Arrival(DAY.replace(day=self.days)),
            landing=self.folder / "landing", archive=None,
        )  # fmt: skip
        return [book.findings for book in report.workbooks]

    def in_force(self) -> list[str]:
        """The files whose forms count, in the order in which they came."""
        rows = Known(self.folder / "landing").in_force.values()
        return sorted(row["file"] for row in rows)


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> House:
    return House(tmp_path)


def annual(year: int) -> Form:
    """The claim's annual form as the department would hand it in, without a restatement."""
    return forms.annual(CLAIM, year)


def amounts(form: Form, factor: int) -> dict[Any, Any]:
    """Every amount of the form times a factor, as one types who mistakes the unit."""
    return {
        key: value * factor
        for key, value in form.values.items()
        if isinstance(value, int) and key[2] not in ("cases", "debtors")
    }


def restated_b(form: Form, by: int) -> dict[Any, Any]:
    """Row B with more collected of this year's and less of earlier years': the same balance."""
    prior, current = (("collection", "B", f"collected_{p}") for p in ("prior", "current"))
    return {prior: form.values[prior] + by, current: form.values[current] - by}


def test_forms_that_agree_say_nothing(house: House) -> None:
    assert house.take(annual(2024)) == []
    assert house.take(annual(2025)) == []


def test_a_restated_result_names_both_values_and_the_cell_that_said_otherwise(
    house: House,
) -> None:
    first, second = annual(2024), annual(2025)
    house.take(first)
    prior, current = house.take(second, restated_b(second, 7))
    assert (prior.rule, prior.severity) == ("restated", "warning")
    old = first.values["collection", "D", "collected_prior"]
    assert isinstance(old, int)
    assert (prior.expected, prior.found) == (f"{old:,}", f"{old + 7:,}")
    assert "B 令和6年度実績 エ 徴収額" in prior.message
    assert "1.xlsx › " in prior.message
    assert prior.cell is not None
    assert current.cell != prior.cell


def test_an_earlier_years_form_that_comes_late_restates_nothing(house: House) -> None:
    second = annual(2025)
    house.take(second, restated_b(second, 7))
    assert house.take(annual(2024)) == []


def test_what_was_withdrawn_is_no_longer_known(house: House) -> None:
    house.take(annual(2024))
    (row,) = zone.table(house.folder / "landing", "submission")
    at = DAY.replace(day=1, hour=12)
    withdraw(house.folder / "landing", row["submission_id"], "課長", "誤り", at)
    second = annual(2025)
    assert house.take(second, restated_b(second, 7)) == []


def test_a_restatement_is_told_once_for_the_same_bytes(house: House) -> None:
    second = annual(2025)
    house.take(annual(2024))
    house.take(second, restated_b(second, 7))
    path = house.folder / "2.xlsx"
    report = load(
        [SourceFile(path, CITY.code)], Arrival(DAY.replace(day=9)),
        landing=house.folder / "landing", archive=None,
    )  # fmt: skip
    assert report.workbooks[0].status == "unchanged"
    assert report.batch_id is None


def test_a_whole_form_in_yen_is_seen_beside_what_is_known(house: House) -> None:
    first, second = annual(2024), annual(2025)
    house.take(first)
    (finding,) = house.take(second, amounts(second, IN_YEN))
    assert (finding.rule, finding.severity) == ("thousandfold", "error")
    assert finding.cell is not None
    assert "約1000倍" in finding.message


def test_a_resubmission_in_yen_is_seen_beside_the_version_in_force(house: House) -> None:
    form = annual(2024)
    house.take(form)
    assert [f.rule for f in house.take(form, amounts(form, IN_YEN))] == ["thousandfold"]


def test_an_opening_balance_that_nobody_closed_with_is_told_with_its_residual(
    house: House,
) -> None:
    house.take(annual(2024))
    report = forms.interim(DEPARTMENT, date(2025, 7, 31))
    key = ("collection", CLAIM.number, "carried_forward")
    typed = report.values[key]
    assert isinstance(typed, int)
    (finding,) = house.take(report, {key: typed + 12})
    assert (finding.rule, finding.severity) == ("opening", "warning")
    assert (finding.found, finding.expected) == (f"{typed + 12:,}", f"{typed:,}")
    assert "差 12" in finding.message


def test_a_report_that_carries_the_settlement_over_says_nothing(house: House) -> None:
    house.take(annual(2024))
    assert house.take(forms.interim(DEPARTMENT, date(2025, 7, 31))) == []


def test_a_report_in_yen_is_seen_beside_the_report_before(house: House) -> None:
    department = CITY.departments[-1]
    house.take(forms.interim(department, date(2025, 7, 31)))
    report = forms.interim(department, date(2025, 10, 31))
    assert [f.rule for f in house.take(report, amounts(report, IN_YEN))] == ["thousandfold"]


def test_a_check_compares_with_what_is_landed(house: House) -> None:
    second = annual(2025)
    house.take(annual(2024))
    house.take(second, restated_b(second, 7))
    files = [SourceFile(house.folder / "2.xlsx", CITY.code)]
    (book,) = check(files, landing=house.folder / "landing").workbooks
    assert [f.rule for f in book.findings] == ["restated", "restated"]


REPORT = forms.interim(DEPARTMENT, date(2025, 7, 31))


def test_a_claim_that_another_department_reports_for_the_day_is_asked_back(house: House) -> None:
    house.take(REPORT)
    findings = house.take(REPORT, department="税務局")
    told = [finding for finding in findings if finding.rule == "duplicate_claim"]
    assert [finding.found for finding in told] == [claim.number for claim in DEPARTMENT.claims]
    assert {finding.severity for finding in told} == {"error"}
    assert len({finding.cell for finding in told}) == len(told)
    assert f"1.xlsx › 未収金残高報告({DEPARTMENT.name})" in told[0].message
    assert house.in_force() == ["1.xlsx"]


def test_of_two_departments_that_report_a_claim_at_once_neither_counts(house: House) -> None:
    (number,) = {claim.number for claim in DEPARTMENT.claims[:1]}
    theirs = {key: value for key, value in REPORT.values.items() if key[1] == number}
    other = replace(REPORT, values=theirs)
    both = house.take_all((REPORT, {}, {}), (other, {}, {"department": "税務局"}))
    for findings, beside in zip(both, ("1-2.xlsx", "1.xlsx"), strict=True):
        (finding,) = (each for each in findings if each.rule == "duplicate_claim")
        assert finding.found == number
        assert beside in finding.message
    assert house.in_force() == []


def test_a_department_that_is_written_otherwise_but_looks_alike_is_the_same(house: House) -> None:
    house.take(REPORT)
    spelt = f" {DEPARTMENT.name[0]}\u3000{DEPARTMENT.name[1:]}\u200b"
    rules = {finding.rule for finding in house.take(REPORT, department=spelt)}
    assert "duplicate_claim" not in rules
    assert house.in_force() == ["2.xlsx"]


@pytest.mark.parametrize(
    ("header", "before"),
    [({"claim_name": "道路占用料"}, CLAIM.name), ({"department": "税務局"}, DEPARTMENT.name)],
)
def test_another_claim_under_a_number_that_is_known_is_told_at_the_number(
    house: House, header: dict[str, str], before: str
) -> None:
    house.take(annual(2025))
    (told,) = house.take(annual(2025), **header)
    assert (told.rule, told.severity, told.expected) == ("same_number", "warning", before)
    assert [told.found] == list(header.values())
    assert told.cell is not None
