"""What lands, what does not, and that loading again changes nothing."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support.workbooks import BAD_FILES, GOOD, OSAKA, saved, with_cell

from ingest import landing as zone
from ingest.load import Arrival, SourceFile, check, load
from ingest.reports import LoadReport

DAY = datetime(2020, 7, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path


def put(home: Path, **files: bytes) -> None:
    for name, data in files.items():
        (home / "inbox" / f"{name}.xlsx").write_bytes(data)


def take(home: Path, day: datetime = DAY, *, of: str = "*") -> LoadReport:
    files = [SourceFile(p, "271004") for p in sorted((home / "inbox").glob(f"{of}.xlsx"))]
    return load(files, Arrival(day), landing=home / "landing", archive=home / "archive")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def statuses(report: LoadReport) -> list[str]:
    return [book.status for book in report.workbooks]


def test_all_seven_real_forms_land(home: Path) -> None:
    for path in OSAKA.glob("*.xlsx"):
        shutil.copy(path, home / "inbox")
    assert set(statuses(take(home))) == {"accepted"}
    rows = zone.table(home / "landing", "submission")
    assert sorted(row["claim_number"] for row in rows) == [
        "003",
        "004",
        "006",
        "008",
        "010",
        "013",
        "014",
    ]
    assert len(zone.table(home / "landing", "cell")) == 7 * (49 + 64 + 3 + 3)


def test_the_same_bytes_again_change_nothing(home: Path) -> None:
    put(home, a=GOOD.read_bytes())
    take(home)
    before = tree(home)
    assert statuses(take(home, DAY.replace(month=8))) == ["unchanged"]
    assert tree(home) == before


def test_the_same_rows_in_resaved_bytes_make_no_new_version(home: Path) -> None:
    put(home, a=GOOD.read_bytes())
    take(home)
    put(home, b=saved(load_workbook(GOOD, data_only=True)))
    assert statuses(take(home, DAY.replace(month=8))) == ["unchanged", "unchanged"]
    assert len(zone.table(home / "landing", "submission")) == 1


def test_a_corrected_form_is_a_new_version_beside_the_old_file(home: Path) -> None:
    put(home, a=GOOD.read_bytes())
    take(home)
    put(home, b=with_cell("B36", "催告を強めた。"))
    assert statuses(take(home, DAY.replace(month=8))) == ["unchanged", "accepted"]
    assert len(zone.table(home / "landing", "submission")) == 2


def test_two_different_copies_of_one_claim_are_both_turned_away(home: Path) -> None:
    other = OSAKA / "010.xlsx"
    put(home, a=GOOD.read_bytes(), b=with_cell("B36", "別の文章"), c=other.read_bytes())
    report = take(home)
    assert statuses(report) == ["rejected", "rejected", "accepted"]
    (finding,) = report.workbooks[0].findings
    assert finding.rule == "duplicate_claim"
    assert "b.xlsx › 003" in finding.message


def test_of_two_equal_copies_one_is_loaded(home: Path) -> None:
    put(home, a=GOOD.read_bytes(), b=GOOD.read_bytes())
    report = take(home)
    assert statuses(report) == ["accepted", "rejected"]
    assert report.workbooks[1].findings[-1].rule == "duplicate_claim"
    assert len(zone.table(home / "landing", "submission")) == 2


def test_copies_of_one_file_are_one_submission(home: Path) -> None:
    put(home, a=GOOD.read_bytes(), b=GOOD.read_bytes(), c=GOOD.read_bytes())
    assert statuses(take(home)) == ["accepted", "rejected", "rejected"]
    ids = [row["submission_id"] for row in zone.table(home / "landing", "submission")]
    assert len(ids) == len(set(ids)) == 2


def test_a_rejected_sheet_leaves_its_neighbours_in_peace(home: Path) -> None:
    book = load_workbook(OSAKA / "教委_給与システム・英語.xlsx", data_only=True)
    book["006"]["D16"].value = "約千"
    put(home, a=saved(book))
    report = take(home)
    assert statuses(report) == ["partly"]
    assert [(s.claim_number, s.status) for s in report.workbooks[0].sheets] == [
        ("004", "accepted"),
        ("006", "rejected"),
    ]
    assert {row["status"] for row in zone.table(home / "landing", "submission")} == {
        "accepted",
        "rejected",
    }


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_costs_no_other_file_anything(home: Path, name: str) -> None:
    make, rule = BAD_FILES[name]
    put(home, a=make(), b=(OSAKA / "010.xlsx").read_bytes())
    report = take(home)
    assert statuses(report) == ["rejected", "accepted"]
    errors = [f for f in report.workbooks[0].findings if f.severity == "error"]
    assert [f.rule for f in errors] == [rule]
    assert errors[0].message.endswith("ください。")
    assert report.rejected


def test_a_rejection_is_recorded_once_and_told_every_time(home: Path) -> None:
    put(home, a=with_cell("E12", "不明"))
    take(home)
    before = tree(home)
    assert statuses(take(home, DAY.replace(month=8))) == ["rejected"]
    assert tree(home) == before


def test_what_a_resubmission_has_answered_is_not_asked_again(home: Path) -> None:
    put(home, a=with_cell("E12", "不明"))
    take(home)
    put(home, b=GOOD.read_bytes())
    assert statuses(take(home, DAY.replace(month=8))) == ["rejected", "accepted"]
    report = take(home, DAY.replace(month=9))
    assert statuses(report) == ["unchanged", "unchanged"]
    assert [f.rule for f in report.workbooks[0].findings] == ["settled"]


def test_a_copy_that_was_turned_away_does_not_come_back_as_the_newest_version(home: Path) -> None:
    put(home, a=GOOD.read_bytes(), b=with_cell("B36", "別の文章"))
    assert statuses(take(home)) == ["rejected", "rejected"]
    put(home, c=saved(load_workbook(GOOD, data_only=True)))
    assert statuses(take(home, DAY.replace(month=8), of="c")) == ["accepted"]
    assert statuses(take(home, DAY.replace(month=9))) == ["unchanged"] * 3
    rows = zone.table(home / "landing", "submission")
    assert [row["file"] for row in rows if row["status"] == "accepted"] == ["c.xlsx"]


def test_of_two_copies_the_one_that_is_left_is_taken(home: Path) -> None:
    put(home, a=GOOD.read_bytes(), b=with_cell("B36", "別の文章"))
    take(home)
    (home / "inbox" / "b.xlsx").unlink()
    assert statuses(take(home, DAY.replace(month=8))) == ["accepted"]


def test_the_untouched_bytes_are_kept_under_their_hash(home: Path) -> None:
    put(home, a=GOOD.read_bytes())
    (book,) = take(home).workbooks
    assert (home / "archive" / f"{book.sha256}.xlsx").read_bytes() == GOOD.read_bytes()


def test_a_load_that_dies_while_writing_leaves_no_half_batch(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, a=GOOD.read_bytes())

    def power_cut(path: Path) -> None:
        if path.name == "narrative.parquet":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        zone.prepare(home / "landing")
        patch.setattr(zone, "fsync", power_cut)
        with pytest.raises(KeyboardInterrupt):
            take(home)
    assert zone.table(home / "landing", "submission") == []
    assert statuses(take(home)) == ["accepted"]


def test_equal_loads_into_equal_homes_give_equal_bytes(tmp_path: Path) -> None:
    for home in (tmp_path / "1", tmp_path / "2"):
        (home / "inbox").mkdir(parents=True)
        put(home, a=GOOD.read_bytes(), b=(OSAKA / "010.xlsx").read_bytes())
        take(home)
    assert tree(tmp_path / "1" / "landing") == tree(tmp_path / "2" / "landing")


def test_a_check_writes_nothing(home: Path) -> None:
    put(home, a=GOOD.read_bytes())
    before = tree(home)
    report = check([SourceFile(home / "inbox" / "a.xlsx")])
    assert statuses(report) == ["accepted"]
    assert tree(home) == before


def test_bad_files_are_told_apart_within_512_mebibytes(home: Path) -> None:
    put(home, **{name: make() for name, (make, _) in BAD_FILES.items()})
    program = (
        "import sys; from pathlib import Path; from ingest.load import SourceFile, check\n"
        "files = sorted(Path(sys.argv[1]).glob('*'))\n"
        "for book in check([SourceFile(p) for p in files]).workbooks:\n"
        "    print(book.file, *[f.rule for f in book.findings if f.severity == 'error'])\n"
    )
    limited = ["prlimit", f"--as={512 * 2**20}", sys.executable, "-c", program, home / "inbox"]
    done = subprocess.run(limited, check=True, capture_output=True, text=True)
    assert dict(line.split() for line in done.stdout.splitlines()) == {
        f"{name}.xlsx": rule for name, (_, rule) in BAD_FILES.items()
    }


def test_a_file_that_has_gone_costs_no_other_file_anything(home: Path) -> None:
    put(home, a=GOOD.read_bytes())
    report = check(
        [SourceFile(home / "inbox" / "gone.xlsx"), SourceFile(home / "inbox" / "a.xlsx")]
    )
    assert statuses(report) == ["rejected", "accepted"]
    assert [f.rule for f in report.workbooks[0].findings] == ["unreadable_file"]


def test_a_file_name_in_another_encoding_is_landed_legibly(home: Path) -> None:
    name = os.fsdecode("調書.xlsx".encode("cp932"))
    (home / "inbox" / name).write_bytes(GOOD.read_bytes())
    assert statuses(take(home)) == ["accepted"]
    (row,) = zone.table(home / "landing", "submission")
    assert row["file"].endswith(".xlsx")


def test_whoever_waits_is_told_of_every_file_that_is_done(home: Path) -> None:
    put(home, a=GOOD.read_bytes(), b=(OSAKA / "010.xlsx").read_bytes(), c=b"no workbook")
    told: list[tuple[int, int]] = []
    files = [SourceFile(path) for path in sorted((home / "inbox").iterdir())]
    check(files, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_many_rows_are_landed_in_groups_and_in_the_order_of_the_files(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, a=GOOD.read_bytes(), b=(OSAKA / "010.xlsx").read_bytes())
    monkeypatch.setattr(zone, "ROWS_A_GROUP", 50)
    take(home)
    submissions = [row["submission_id"] for row in zone.table(home / "landing", "submission")]
    cells = [row["submission_id"] for row in zone.table(home / "landing", "cell")]
    assert list(dict.fromkeys(cells)) == submissions
    assert len(cells) == 2 * (49 + 64 + 3 + 3)
