"""A form against what was accepted before: restatements, opening balances, whole forms in 円."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest import landing as zone
from ingest import templates
from ingest.findings import Finding
from ingest.load import SourceFile, check, load
from ingest.sample import city, forms
from ingest.templates import Form
from ingest.versions import withdraw

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

    def take(self, form: Form, changes: Mapping[Any, Any] | None = None) -> list[Finding]:
        """Load one form with some values changed; returns its findings."""
        self.days += 1
        path = self.folder / f"{self.days}.xlsx"
        values = {**form.values, **(changes or {})}
        path.write_bytes(
            templates.draw(
                form.layout.form, municipality_code=CITY.code, fiscal_year=form.fiscal_year,
                as_of=form.as_of, header=form.header, values=values,
            )
        )  # fmt: skip
        (book,) = load(
            [SourceFile(path, CITY.code)],
            landing=self.folder / "landing", archive=None,
            received_at=DAY.replace(day=self.days),
        ).workbooks  # fmt: skip
        return book.findings


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
        [SourceFile(path, CITY.code)], landing=house.folder / "landing", archive=None,
        received_at=DAY.replace(day=9),
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
