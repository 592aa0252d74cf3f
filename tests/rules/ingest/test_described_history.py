"""A described table beside what the one before it told: corrections, and whole tables in 円."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.described import Row, layout, typed

from ingest.described import Described
from ingest.load import Arrival, Rules, SourceFile, load

LAYOUT = layout(
    """
title: 未収金の推移
texts: ["未収金の推移(<fiscal_year>)"]
unit: 千円
tables:
  - columns: {年度: <fiscal_year>, 市税: {claim_name: 市税}, 使用料: {claim_name: 使用料}}
    given: {measure: uncollected, scenario: actual}
"""
)
BY_CLAIM = layout(
    """
title: 債権
texts: ["<fiscal_year>の債権"]
unit: 円
tables:
  - columns: {債権: <claim_name>, 未収額: uncollected}
"""
)
BEFORE: list[Row] = [
    ["未収金の推移(令和4年度)"],
    ["年度", "市税", "使用料"],
    ["令和3年度", 1_200, 345],
    ["令和4年度", 1_101, 333],
]


@pytest.fixture
def taken(tmp_path: Path) -> "House":
    house = House(tmp_path)
    assert house.take(BEFORE) == {}
    return house


class House:
    """One town's landing zone; each sheet comes a day after the one before."""

    def __init__(self, folder: Path, layout: Described = LAYOUT) -> None:
        self.folder, self.layout, self.days = folder, layout, 0

    def take(self, rows: list[Row]) -> dict[tuple[str, str | None], str]:
        """Load one sheet; returns what is said of it."""
        self.days += 1
        path = self.folder / f"{self.days}.xlsx"
        path.write_bytes(typed(rows))
        arrival = Arrival(datetime(2026, 7, self.days, tzinfo=UTC))
        landing, rules = self.folder / "landing", Rules(layouts=(self.layout,))
        report = load(
            [SourceFile(path, "999999")], arrival, landing=landing, archive=None, rules=rules
        )
        return {(f.rule, f.cell): f.message for f in report.workbooks[0].findings}


def test_a_year_that_is_told_otherwise_later_is_a_correction(taken: House) -> None:
    after = [
        ["未収金の推移(令和5年度)"], BEFORE[1], ["令和4年度", 1_102, 333], ["令和5年度", 900, 300],
    ]  # fmt: skip
    found = taken.take(after)
    assert set(found) == {("restated", "B3")}
    assert "1,101 から 1,102 に変わっています" in found["restated", "B3"]
    assert "令和4年度 市税" in found["restated", "B3"]


def test_a_table_in_another_unit_than_the_one_before_goes_back(taken: House) -> None:
    rows = [[row[0], *(int(str(n)) * 1_000 + 7 for n in row[1:])] for row in BEFORE[2:]]
    found = taken.take([*BEFORE[:2], *rows])
    assert {rule for rule, _ in found} == {"thousandfold"}


def test_a_table_of_other_claims_does_not_take_the_place_of_the_one_before(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, BY_CLAIM)
    head = [["令和5年度の債権"], ["債権", "未収額"]]
    assert house.take([*head, ["住宅使用料", 1], ["駐車場使用料", 2]]) == {}
    found = house.take([*head, ["給食費", 3], ["奨学金", 4]])
    assert set(found) == {("duplicate_claim", None)}
    assert "mishukin withdraw" in found["duplicate_claim", None]


def test_figures_that_a_later_version_lacks_are_named(taken: House) -> None:
    found = taken.take([*BEFORE[:3], ["令和4年度", 1_101, "-"]])
    assert set(found) == {("restated", None)}
    assert "にあった数値1個(セルC4)が、この提出にはありません" in found["restated", None]


def test_a_copy_of_which_only_the_year_was_changed_is_asked_about(tmp_path: Path) -> None:
    house = House(tmp_path, BY_CLAIM)
    rows: list[Row] = [["債権", "未収額"], *([name, n] for n, name in enumerate("甲乙丙丁", 7))]
    assert house.take([["令和5年度の債権"], *rows]) == {}
    found = house.take([["令和6年度の債権"], *rows])
    assert set(found) == {("duplicate_claim", None)}
    assert "年度だけを変えた写しでないか" in found["duplicate_claim", None]
