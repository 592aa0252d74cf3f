"""Versions of a form: what changed between two, and taking one back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support.workbooks import GOOD, OSAKA, saved, with_cell

from ingest import landing as zone
from ingest.load import Arrival, SourceFile, load
from ingest.reports import LoadReport
from ingest.versions import UNTOLD, Change, VersionError, diff, find, withdraw
from ingest.versions.known import Known

JULY, AUGUST, SEPTEMBER = (datetime(2020, month, 1, 9, 0, tzinfo=UTC) for month in (7, 8, 9))


def take(home: Path, at: datetime, *, again: bool = False, **files: bytes) -> LoadReport:
    """Hand in files under their names; the inbox keeps what was handed in before."""
    inbox = home / "inbox"
    inbox.mkdir(exist_ok=True)
    for name, data in files.items():
        (inbox / f"{name}.xlsx").write_bytes(data)
    return load(
        [SourceFile(path, "271004") for path in sorted(inbox.iterdir())], Arrival(at, again=again),
        landing=home / "landing", archive=home / "archive",
    )  # fmt: skip


def ids(home: Path) -> list[str]:
    return [row["submission_id"] for row in zone.table(home / "landing", "submission")]


def in_force(home: Path) -> list[str]:
    return [row["file"] for row in Known(home / "landing").in_force.values()]


def test_a_diff_names_cell_row_column_and_both_values(tmp_path: Path) -> None:
    book = load_workbook(GOOD, data_only=True)
    sheet = book["003"]
    sheet["G29"].value = 3  # 債務者数
    sheet["B36"].value = "佐藤さんと話した。"
    take(tmp_path, JULY, a=GOOD.read_bytes())
    take(tmp_path, AUGUST, b=saved(book))
    older, newer = ids(tmp_path)
    changes = diff(tmp_path / "landing", older[:6], newer)
    assert changes == [
        Change("003", "G29", "債務者数", "changed", "2", "3"),
        Change("003", "B36", "取組実績(過年度)", "changed", UNTOLD, UNTOLD),
    ]
    assert diff(tmp_path / "landing", older, older) == []


def test_a_cell_that_only_moved_has_not_changed(tmp_path: Path) -> None:
    book = load_workbook(GOOD, data_only=True)
    sheet = book["003"]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_rows(1)
    sheet["E16"].value = (sheet["E16"].value or 0) + 0
    take(tmp_path, JULY, a=GOOD.read_bytes())
    sheet["G30"].value = 3
    take(tmp_path, AUGUST, b=saved(book))
    (change,) = diff(tmp_path / "landing", *ids(tmp_path))
    assert (change.cell, change.old, change.new) == ("G29 → G30", "2", "3")


def test_amounts_are_shown_as_the_form_shows_them(tmp_path: Path) -> None:
    """Money in 千円 with its row and column; the name of the claim belongs to the header."""
    other = OSAKA / "010.xlsx"
    take(tmp_path, JULY, a=GOOD.read_bytes(), b=other.read_bytes())
    changes = diff(tmp_path / "landing", *ids(tmp_path))
    assert [c.title for c in changes if c.cell is None][:2] == ["債権整理番号", "債権名"]
    d = next(c for c in changes if c.title == "D 令和元年度実績 ウ 調定額")
    assert d.cell is not None
    assert d.old is not None
    assert d.old.replace(",", "").isdigit()


@pytest.mark.parametrize(
    ("given", "said"), [("zzz", "ありません"), ("", "ありません"), ("0123456789", "ありません")]
)
def test_an_unknown_submission_is_asked_back(tmp_path: Path, given: str, said: str) -> None:
    take(tmp_path, JULY, a=GOOD.read_bytes())
    with pytest.raises(VersionError, match=said):
        find(tmp_path / "landing", given)


def test_a_beginning_that_fits_two_submissions_is_asked_back(tmp_path: Path) -> None:
    rows = [{"submission_id": f"abc{n}", "status": "accepted"} for n in range(2)]
    zone.write_batch(tmp_path / "landing", JULY, {"submission": rows})
    with pytest.raises(VersionError, match="2件"):
        find(tmp_path / "landing", "abc")
    assert find(tmp_path / "landing", "abc1")["submission_id"] == "abc1"


def test_what_was_returned_has_no_cells_to_compare(tmp_path: Path) -> None:
    take(tmp_path, JULY, a=with_cell("E12", "不明"))
    (returned,) = ids(tmp_path)
    with pytest.raises(VersionError, match="返却した提出"):
        diff(tmp_path / "landing", returned, returned)
    with pytest.raises(VersionError, match="返却した提出"):
        withdraw(tmp_path / "landing", returned, "課長", "誤り", AUGUST)


def test_after_a_withdrawal_the_version_before_counts_again(tmp_path: Path) -> None:
    take(tmp_path, JULY, a=GOOD.read_bytes())
    take(tmp_path, AUGUST, b=with_cell("G29", 3))
    assert in_force(tmp_path) == ["b.xlsx"]
    done = withdraw(tmp_path / "landing", ids(tmp_path)[1], "課長", "誤り", SEPTEMBER)
    assert done.submission["file"] == "b.xlsx"
    assert done.back is not None
    assert in_force(tmp_path) == [done.back["file"]] == ["a.xlsx"]
    (row,) = zone.table(tmp_path / "landing", "withdrawal")
    assert (row["withdrawn_by"], row["reason"]) == ("課長", "誤り")


def test_withdrawing_an_old_version_changes_nothing_that_counts(tmp_path: Path) -> None:
    take(tmp_path, JULY, a=GOOD.read_bytes())
    take(tmp_path, AUGUST, b=with_cell("G29", 3))
    done = withdraw(tmp_path / "landing", ids(tmp_path)[0], "課長", "誤り", SEPTEMBER)
    assert done.back is None
    assert in_force(tmp_path) == ["b.xlsx"]


def test_what_was_withdrawn_does_not_creep_back_in_from_the_inbox(tmp_path: Path) -> None:
    take(tmp_path, JULY, a=GOOD.read_bytes())
    take(tmp_path, AUGUST, b=saved(load_workbook(GOOD, data_only=True)))
    withdraw(tmp_path / "landing", ids(tmp_path)[0], "課長", "誤り", AUGUST)
    report = take(tmp_path, SEPTEMBER)
    assert [book.status for book in report.workbooks] == ["unchanged", "unchanged"]
    assert [f.rule for book in report.workbooks for f in book.findings] == ["withdrawn"] * 2
    assert in_force(tmp_path) == []


def test_what_was_withdrawn_is_taken_again_on_purpose_as_a_new_version(tmp_path: Path) -> None:
    take(tmp_path, JULY, a=GOOD.read_bytes())
    withdraw(tmp_path / "landing", ids(tmp_path)[0], "課長", "誤り", AUGUST)
    report = take(tmp_path, SEPTEMBER, again=True)
    assert [book.status for book in report.workbooks] == ["accepted"]
    assert in_force(tmp_path) == ["a.xlsx"]
    assert len(set(ids(tmp_path))) == 2
    assert [book.status for book in take(tmp_path, SEPTEMBER.replace(day=2)).workbooks] == [
        "unchanged"
    ]


def test_nothing_is_withdrawn_twice_or_before_it_came(tmp_path: Path) -> None:
    take(tmp_path, AUGUST, a=GOOD.read_bytes())
    (submission,) = ids(tmp_path)
    with pytest.raises(VersionError, match="日時"):
        withdraw(tmp_path / "landing", submission, "課長", "誤り", JULY)
    withdraw(tmp_path / "landing", submission, "課長", "誤り", SEPTEMBER)
    with pytest.raises(VersionError, match="すでに"):
        withdraw(tmp_path / "landing", submission, "課長", "誤り", SEPTEMBER.replace(day=2))
