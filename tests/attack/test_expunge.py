"""What is expunged is nowhere any more: in no file, and in nothing that is packed in one."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from attack.test_canaries import contents
from attack.test_truth import marts
from openpyxl import Workbook
from support import killed
from support.workbooks import GOOD, edited

from ingest import landing
from ingest.load import Arrival, SourceFile, check
from services.exits import Exit, Stop
from services.generation import compared, put_in_place
from services.home import Home
from services.intake import receipts, versions
from services.intake.receiving import Received, receive
from services.records import (
    audit,
    backup,
    doctor,
    expunge,
    expunged_backups,
    rebuild,
    tombstones,
    truth,
)
from terms.years import TOKYO

JULY = datetime(2020, 7, 1, 9, tzinfo=TOKYO)
LATER = datetime(2020, 8, 1, 9, tzinfo=TOKYO)
CODE, WHY = "271004", "保存期間の満了"
# Words that no rule takes for a person's: nothing masks them.
TAKEN, TURNED_AWAY = "目印甲乙丙", "目印丁戊己"


def form(mark: str, cases: object = 3, claim: str = "003", by: str = "") -> bytes:
    """A form of which the free text has a mark; `by` makes other bytes of it."""

    def edit(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet["J3"], sheet["G29"], sheet["B36"] = claim, cases, f"{mark}と面談した。"
        book.properties.creator = by

    return edited(edit)


def hand_in(home: Home, at: datetime, **books: bytes) -> Received:
    """Workbooks come through the inbox, all in one load."""
    folder = home.inbox / CODE
    folder.mkdir(exist_ok=True)
    sources = []
    for name, content in books.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(content)
        sources.append(SourceFile(path, CODE))
    return receive(home, sources, Arrival(at, "教育委員会"))


@pytest.fixture(scope="module", name="made_once")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A form; a newer one beside one that goes back and one of another claim; a copy of it."""
    home = Home(tmp_path_factory.mktemp("made") / "home").create()
    (home.config / "city.yml").write_text(f'municipality_code: "{CODE}"\n', encoding="utf-8")
    hand_in(home, JULY, 最初=GOOD.read_bytes())
    bad = form(TURNED_AWAY, f"約二件{TURNED_AWAY}", "105")
    hand_in(
        home, JULY.replace(day=2), 差替え=form(TAKEN), 別の債権=form("無害", claim="104"), 誤り=bad
    )
    hand_in(home, JULY.replace(day=3), 写し=form(TAKEN, by="別の人"))
    hand_in(home, JULY.replace(day=4), その後=form("無害", claim="106"))
    put_in_place(home, marts(home, batches=99), JULY)
    return home


@pytest.fixture(name="home")
def _home(made_once: Home, tmp_path: Path) -> Home:
    """A copy of it."""
    return Home(Path(shutil.copytree(made_once.root, tmp_path / "home", symlinks=True)))


def found(folder: Path, mark: str) -> list[str]:
    """Where a mark is: as text, as UTF-16, as JSON or XML write what is not ASCII."""
    ascii_only = mark.encode("ascii", "xmlcharrefreplace")
    needles = (mark.encode(), mark.encode("utf-16-le"), json.dumps(mark)[1:-1].encode(), ascii_only)
    return [
        where
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for where, content in contents(path)
        if any(needle in content for needle in needles)
    ]


def submission(home: Home, file: str) -> str:
    rows = landing.table(home.landing, "submission")
    return next(row["submission_id"] for row in rows if row["file"] == f"{file}.xlsx")


def expunged(home: Home, given: str, at: datetime = LATER) -> expunge.Answer:
    """By two people."""
    assert expunge.expunge(home, given, "課長", WHY, at).stone is None
    done = expunge.expunge(home, given, "部長", WHY, at + timedelta(hours=1))
    assert done.stone is not None
    return done


def told(home: Home) -> list[str]:
    """What is not as the chain says, but for the generation, which the next build makes."""
    faults = [str(each) for each in truth.faults(home, *truth.PARTS[:2], deep=True)]
    return [*faults, *audit.verify(home).faults]


def test_nor_in_what_kills_left_half_written(home: Home) -> None:
    for place in ("landing/.2020.tmp/cell.parquet", "archive/.0a.xlsx.tmp", ".again-1/a.parquet"):
        path = home.root / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(TAKEN, encoding="utf-8")
    expunged(home, submission(home, "差替え"))
    assert found(home.root, TAKEN) == []


@pytest.mark.parametrize(("file", "mark"), [("差替え", TAKEN), ("誤り", TURNED_AWAY)])
def test_nothing_of_it_is_left_in_the_home(home: Home, file: str, mark: str) -> None:
    assert found(home.archive, mark)
    assert found(home.landing, mark)
    expunged(home, submission(home, file))
    assert found(home.root, mark) == []
    assert told(home) == []


def test_the_others_of_its_load_stay_and_the_version_before_counts(home: Home) -> None:
    before = {row["submission_id"]: row for row in landing.table(home.landing, "submission")}
    gone = submission(home, "差替え")
    said = expunge.expunge(home, gone, "課長", WHY, LATER).lines
    assert f"提出番号{submission(home, '最初')}(最初.xlsx)" in "\n".join(said)
    assert expunge.expunge(home, gone, "部長", WHY, LATER).stone
    after = {row["submission_id"]: row for row in landing.table(home.landing, "submission")}
    assert after == {name: row for name, row in before.items() if name != gone}
    assert {row["submission_id"] for row in landing.table(home.landing, "cell")} == {
        name for name, row in after.items() if row["status"] == "accepted"
    }


def test_a_copy_of_which_nothing_landed_goes_with_it(home: Home) -> None:
    archived = set(home.archive.glob("*.xlsx"))
    expunged(home, submission(home, "差替え"))
    assert len(archived - set(home.archive.glob("*.xlsx"))) == 2


def test_a_workbook_with_the_same_sheet_beside_another_is_told(home: Home, tmp_path: Path) -> None:
    def two(book: Workbook) -> None:
        other = book.copy_worksheet(book.worksheets[0])
        other.title, other["J3"] = "108", "108"

    (tmp_path / "一枚.xlsx").write_bytes(form(TAKEN))
    both = edited(two, tmp_path / "一枚.xlsx")
    hand_in(home, JULY.replace(day=5), 二枚=both)
    said = expunge.expunge(home, submission(home, "差替え"), "課長", WHY, LATER).lines
    assert any("残るブック" in line and "二枚.xlsx" in line for line in said)


@pytest.mark.parametrize("again", ["課長", "課 長", "課長\u3000"])
def test_one_person_cannot_do_it_alone(home: Home, again: str) -> None:
    given = submission(home, "差替え")
    expunge.expunge(home, given, "課長", WHY, LATER)
    with pytest.raises(Stop, match="別の人") as refused:
        expunge.expunge(home, given, again, WHY, LATER)
    assert refused.value.code is Exit.NOT_APPROVED
    assert found(home.archive, TAKEN)


@pytest.mark.parametrize("days", [31, -1])
def test_what_was_asked_for_long_ago_is_asked_for_anew(home: Home, days: int) -> None:
    given = submission(home, "差替え")
    expunge.expunge(home, given, "課長", WHY, LATER)
    assert expunge.expunge(home, given, "部長", WHY, LATER + timedelta(days=days)).stone is None
    assert found(home.archive, TAKEN)


def test_who_asked_has_asked_only_for_what_was_there(home: Home) -> None:
    given = submission(home, "差替え")
    expunge.expunge(home, given, "課長", WHY, LATER)
    hand_in(home, LATER, もう一つの写し=form(TAKEN, by="また別の人"))
    assert expunge.expunge(home, given, "部長", WHY, LATER).stone is None
    assert expunge.expunge(home, given, "課長", WHY, LATER).stone
    assert found(home.root, TAKEN) == []


def test_the_same_bytes_are_refused_and_not_kept(home: Home) -> None:
    same = (home.inbox / CODE / "差替え.xlsx").read_bytes()
    expunged(home, submission(home, "差替え"))
    report = hand_in(home, LATER + timedelta(days=1), また=same, 別の名=same).report
    assert [book.status for book in report.workbooks] == ["rejected", "rejected"]
    assert {each.rule for book in report.workbooks for each in book.findings} == {"expunged"}
    shutil.rmtree(home.inbox / CODE)
    assert found(home.root, TAKEN) == []
    rebuild.land_again(home, LATER + timedelta(days=2))
    assert told(home) == []
    source = [SourceFile(GOOD, CODE)]
    assert tombstones.refusing(home, source) == source
    assert not check(source).workbooks[0].findings


@pytest.mark.parametrize("given", ["", "zz", "e3b0c44298fc"])
def test_what_nobody_handed_in_is_not_expunged(home: Home, given: str) -> None:
    """Nor what stands for all files that were never opened."""
    (home.archive / f"{sha256(b'').hexdigest()}.xlsx").write_bytes(b"")
    with pytest.raises(Stop, match="ありません"):
        expunge.expunge(home, given, "課長", WHY, LATER)


def test_what_was_withdrawn_goes_with_its_withdrawal(home: Home) -> None:
    gone = submission(home, "差替え")
    versions.withdraw(home, gone[:8], "課長", "誤り", JULY.replace(day=9))
    before = rows(home)
    expunged(home, gone)
    assert landing.table(home.landing, "withdrawal") == []
    assert found(home.root, TAKEN) == []
    shutil.rmtree(home.landing)
    rebuild.land_again(home, LATER)
    assert told(home) == []
    assert rows(home).keys() == before.keys()


def rows(home: Home) -> dict[str, dict[str, Any]]:
    """Each batch, and what is in it."""
    return {
        batch.id: {name: batch.rows(name) for name in landing.SCHEMAS}
        for batch in landing.batches(home.landing)
    }


@pytest.mark.parametrize(
    "lost", ["nothing", "the batch", "one of which nothing is left", "a later batch", "everything"]
)
def test_the_landing_zone_is_made_again_from_what_is_left(home: Home, lost: str) -> None:
    expunged(home, submission(home, "差替え"))
    expected = rows(home)
    _, touched, emptied, later = landing.batches(home.landing)
    for batch in {
        "nothing": [],
        "the batch": [touched],
        "one of which nothing is left": [emptied],
        "a later batch": [later],
        "everything": landing.batches(home.landing),
    }[lost]:
        shutil.rmtree(batch.folder)
    rebuild.land_again(home, LATER)
    assert rows(home) == expected
    assert told(home) == []
    assert found(home.root, TAKEN) == []


def test_a_load_of_which_nothing_is_left_stays_as_an_empty_batch(home: Home) -> None:
    expunged(home, submission(home, "その後"))
    before = rows(home)
    shutil.rmtree(home.landing)
    rebuild.land_again(home, LATER)
    assert rows(home) == before
    kinds = [receipt["kind"] for _, receipt in receipts.every_receipt(home)]
    assert kinds == ["load", "load", "load", "expunged"]


def test_it_goes_out_of_every_backup(home: Home, tmp_path: Path) -> None:
    folder, same = tmp_path / "backups", (home.inbox / CODE / "差替え.xlsx").read_bytes()
    names = [backup.backup(home, folder, JULY.replace(day=10)).name]
    hand_in(home, JULY.replace(day=11), さらに=form("無害", claim="107"))
    names.append(backup.backup(home, folder, JULY.replace(day=12)).name)
    (folder / "20200713T090000.age").write_bytes(b"sealed")
    assert found(folder, TAKEN)
    for file in ("差替え", "誤り"):
        expunged(home, submission(home, file))
    said = expunged_backups.expunge(home, folder)
    assert "2回分のうち2回分" in said[0]
    assert "20200713T090000.age" in said[1]
    assert "うち0回分" in expunged_backups.expunge(home, folder)[0]
    names.append(backup.backup(home, folder, LATER + timedelta(days=1)).name)
    for name in names:
        assert backup.verify(folder, name)
        then = Home(tmp_path / name)
        backup.restore(then, folder, name)
        for mark in (TAKEN, TURNED_AWAY):
            assert found(folder, mark) == found(then.root, mark) == []
        assert told(then) == []
        expected = rows(then)
        shutil.rmtree(then.landing)
        rebuild.land_again(then, LATER)
        assert rows(then) == expected
        again = hand_in(then, LATER + timedelta(days=3), 差替え=same)
        assert again.report.workbooks[0].findings[0].rule == "expunged"


def test_what_is_damaged_meanwhile_is_told_and_made_again(home: Home) -> None:
    """Killed right after the tombstone; then a bit of a batch turns."""
    given, same = submission(home, "差替え"), landing.batches(home.landing)[1].folder
    expunge.expunge(home, given, "課長", WHY, LATER)
    whole = Home(Path(shutil.copytree(home.root, home.root.with_name("w"), symlinks=True)))
    expunge.expunge(whole, given, "部長", WHY, LATER)
    damaged = same / "cell.parquet"
    with killed_before(f"replace {damaged}", home):
        expunge.expunge(home, given, "部長", WHY, LATER)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(Stop, match=r"cell\.parquet の中身が"):
        hand_in(home, LATER, 次=form("無害", claim="110"))
    rebuild.land_again(home, LATER)
    assert told(home) == []
    assert found(home.root, TAKEN) == []
    assert rows(home) == rows(whole)


def test_generations_of_before_go_with_the_next_build(home: Home) -> None:
    before = compared(home)
    expunged(home, submission(home, "差替え"))
    assert unfinished(home).state is doctor.State.FAULT
    put_in_place(home, marts(home, batches=98), LATER + timedelta(hours=2))
    assert not before.exists()
    assert unfinished(home).state is doctor.State.GOOD


def test_a_build_that_comes_out_the_same_ends_it_too(home: Home) -> None:
    expunged(home, submission(home, "差替え"))
    put_in_place(home, marts(home, batches=99), LATER + timedelta(hours=2))
    assert unfinished(home).state is doctor.State.GOOD
    assert list(truth.faults(home, *truth.PARTS, deep=True)) == []


def unfinished(home: Home) -> doctor.Finding:
    return next(each for each in doctor.examine(home, LATER) if each.name == "保存と消去")


class Killed(BaseException):
    """As if the process had gone."""


@contextmanager
def killed_before(step: int | str, home: Home) -> Iterator[list[str]]:
    """From the step on (by its number from 1 on, or itself), no file is changed any more."""
    steps: list[str] = []
    names = ("fsync", "replace", "rename", "symlink", "unlink")
    real = {name: getattr(os, name) for name in names}

    def take(kind: str, path: Path) -> None:
        if path.is_relative_to(home.root):
            steps.append(f"{kind} {path}")
            if step in steps or step in range(1, len(steps) + 1):
                raise Killed

    killed.watch(take)
    try:
        yield steps
    except Killed:
        pass
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def test_killed_before_any_step_it_is_finished_by_whatever_comes_next(
    home: Home, tmp_path: Path
) -> None:
    given = submission(home, "差替え")
    expunge.expunge(home, given, "課長", WHY, LATER)

    def a_copy(name: str) -> Home:
        return Home(Path(shutil.copytree(home.root, tmp_path / name, symlinks=True)))

    whole = a_copy("whole")
    with killed_before(10**6, whole) as steps:
        expunge.expunge(whole, given, "部長", WHY, LATER)
    assert len(steps) > 20
    expected = rows(whole)
    # Each of them where attacks are run at length, else some.
    for step in range(1, len(steps) + 1, 1 if "MISHUKIN_ATTACKS" in os.environ else 7):
        then = a_copy(str(step))
        with killed_before(step, then):
            expunge.expunge(then, given, "部長", WHY, LATER)
        if tombstones.every(then):
            hand_in(then, LATER, 次=form("無害", claim="110"))
            assert {name: rows(then)[name] for name in expected} == expected, steps[step - 1]
            assert found(then.root, TAKEN) == [], steps[step - 1]
        assert expunge.expunge(then, given, "部長", WHY, LATER).stone
        assert found(then.root, TAKEN) == [], steps[step - 1]
        assert told(then) == []
        shutil.rmtree(then.root)
