"""Whoever changes a byte of what landed, of the archive or of a generation is found out."""

import json
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from support.workbooks import GOOD, with_cell

from ingest.load import Arrival, SourceFile
from services.exits import Stop
from services.generation import UnusableError, compared, put_in_place
from services.home import Home
from services.intake import versions
from services.intake.receiving import receive
from services.records import acts, audit, backup, doctor, rebuild, truth
from terms.years import TOKYO

JULY = datetime(2020, 7, 1, 9, tzinfo=TOKYO)
LATER = JULY + timedelta(days=30)
BITS = 2000


@pytest.fixture(scope="module", name="made_once")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two forms, one that went back, a withdrawal, settings, and a generation."""
    folder = tmp_path_factory.mktemp("made")
    home = Home(folder / "home").create()
    (home.config / "city.yml").write_text('municipality_code: "271004"\n', encoding="utf-8")
    for day, content in enumerate((GOOD.read_bytes(), with_cell("G29", "約二件")), 1):
        path = folder / f"調書{day}.xlsx"
        path.write_bytes(content)
        receive(home, [SourceFile(path, "271004")], Arrival(JULY.replace(day=day)))
    landed = home.landing.glob("batch=2*/submission.parquet")
    ids = duckdb.read_parquet([str(path) for path in landed]).query(
        "landed", "select submission_id from landed where status = 'accepted'"
    )
    versions.withdraw(home, ids.fetchall()[0][0], "課長", "誤り", JULY.replace(day=9))
    put_in_place(home, marts(home, batches=99), JULY)
    return home


def marts(home: Home, batches: int) -> Path:
    """A generation to be, in its smallest form."""
    place = home.marts / ".new.tmp"
    with duckdb.connect(place) as made:
        made.execute("create schema marts; create schema 財政; use marts")
        made.execute(
            "create table mart_finding as select range::varchar as batch_id from range(?)",
            [batches],
        )
        made.execute(
            "create table mart_submission as select *, null as withdrawn_at from mart_finding"
        )
    return place


@pytest.fixture(name="home")
def _home(made_once: Home, tmp_path: Path) -> Home:
    """A copy of it."""
    return Home(Path(shutil.copytree(made_once.root, tmp_path / "home", symlinks=True)))


def told(home: Home) -> list[str]:
    return [each.name for each in truth.faults(home, *truth.PARTS, deep=True)]


@contextmanager
def flipped(path: Path, bit: int) -> Iterator[None]:
    """One bit of a file is another one; its size and its dates are as before."""
    stat, content = path.stat(), path.read_bytes()
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    path.chmod(0o600)
    path.write_bytes(changed)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    yield
    path.write_bytes(content)


def test_each_flipped_bit_is_told_at_its_file(home: Home) -> None:
    chance = random.Random("bits")  # noqa: S311 - the same bits, every time
    assert told(home) == []
    files = truth.present(home, *truth.PARTS)
    # Every file as often as any other, however small: a batch's schema is as true as its cells.
    for name in chance.choices(sorted(files), k=BITS):
        with flipped(files[name], chance.randrange(8 * files[name].stat().st_size)):
            assert told(home) == [name]


def test_a_flipped_bit_stops_whoever_reads_it(home: Home, tmp_path: Path) -> None:
    """The next load sees it by the dates of the file; a build reads what it builds from."""
    batch = max(home.landing.glob("batch=2*"))
    form = SourceFile(tmp_path / "新しい.xlsx", "271004")
    form.path.write_bytes(with_cell("G29", 4))
    truth.hold(home, truth.LANDING, deep=True)
    with flipped(batch / "cell.parquet", 999):
        with pytest.raises(Stop, match=r"cell\.parquet の中身が、記録した時と違います"):
            receive(home, [form], Arrival(LATER))
        with pytest.raises(Stop, match=r"cell\.parquet"):
            versions.withdraw(home, "0", "課長", "誤り", LATER)
        with pytest.raises(Stop, match=r"cell\.parquet"):
            backup.backup(home, tmp_path / "backup", LATER)
        assert not list((tmp_path / "backup").glob("*.json"))
    assert receive(home, [form], Arrival(LATER)).report.batch_id


def test_the_archive_is_held_before_anything_is_made_from_it(home: Home, tmp_path: Path) -> None:
    workbook = next(home.archive.glob("*.xlsx"))
    with flipped(workbook, 99):
        with pytest.raises(Stop, match=workbook.name):
            rebuild.land_again(home, LATER)
        with pytest.raises(Stop, match=workbook.name):
            backup.backup(home, tmp_path / "backup", LATER)


@pytest.mark.parametrize("part", ["landing", "archive"])
def test_what_is_lost_is_told(home: Home, part: str) -> None:
    name, path = next(iter(truth.present(home, part).items()))
    path.unlink()
    assert told(home) == [name]


def test_what_nobody_received_counts_for_nothing(home: Home) -> None:
    """A batch by hand, whose id and rows are those of an honest one; and a receipt for it."""
    batch = max(home.landing.glob("batch=2*"))
    forged = batch.with_name(batch.name.replace("2020", "2021"))
    shutil.copytree(batch, forged)
    acts.catch_up(home, LATER)
    assert {Path(name).parent.name for name in told(home)} == {forged.name}
    with pytest.raises(Stop, match="記録のないファイル"):
        truth.hold(home, truth.LANDING, deep=True)


def test_a_receipt_by_hand_lands_nothing(home: Home) -> None:
    receipt = min((home.archive / "receipts").glob("*.json"))
    shutil.copy(receipt, receipt.with_name("00000099.json"))
    with pytest.raises(Stop, match="00000099"):
        rebuild.land_again(home, LATER)


def test_a_generation_under_an_honest_name_is_not_the_one_that_was_made(home: Home) -> None:
    """Its content is what its name says; the chain tells of another one."""
    genuine = compared(home)
    before = (home.audit.read_bytes(), home.audit.with_suffix(".head").read_bytes())
    put_in_place(home, marts(home, batches=100), LATER)
    home.audit.write_bytes(before[0])
    home.audit.with_suffix(".head").write_bytes(before[1])
    assert home.current.resolve() != genuine
    with pytest.raises(UnusableError, match="監査記録の最後の公開用データではない"):
        compared(home)


def test_damaged_files_come_back_from_a_backup(home: Home, tmp_path: Path) -> None:
    backup.backup(home, tmp_path / "backup", LATER)
    files = truth.present(home, truth.LANDING, truth.ARCHIVE)
    first, second, *_ = files
    files[first].write_bytes(b"")
    files[second].unlink()
    assert backup.restore_damaged(home, tmp_path / "backup") == [first, second]
    assert told(home) == []


def test_a_damaged_landing_zone_is_made_again_from_the_archive(home: Home) -> None:
    batch = max(home.landing.glob("batch=2*"))
    (batch / "finding.parquet").write_bytes(b"PAR1")
    rebuild.land_again(home, LATER)
    assert told(home) == []


def test_a_home_from_before_is_recorded_once_and_says_so(home: Home) -> None:
    """As a version left it that knew no hashes of files."""
    lines = [line for line in audit.read(home) if line["action"] != truth.ACTION]
    head = {"seq": 0, "hash": audit.GENESIS}
    home.audit.unlink()
    home.audit.with_suffix(".head").write_text(json.dumps(head), encoding="utf-8")
    for line in lines:
        facts = {n: v for n, v in line.items() if n not in {*audit.OWN, "at", "action"}}
        audit.note(home, datetime.fromisoformat(line["at"]), line["action"], **facts)
    with pytest.raises(Stop, match="mishukin upgrade"):
        truth.hold(home, truth.LANDING, deep=True)
    with pytest.raises(Stop, match="mishukin upgrade"):
        rebuild.land_again(home, LATER)
    assert truth.record_all(home, LATER) == len(truth.present(home, *truth.PARTS))
    assert truth.record_all(home, LATER) == 0
    assert told(home) == []
    assert rebuild.land_again(home, LATER) == 3


def test_a_folder_behind_a_link_is_in_the_backup(home: Home, tmp_path: Path) -> None:
    shutil.move(home.archive, tmp_path / "big disk")
    home.archive.symlink_to(tmp_path / "big disk")
    backup.backup(home, tmp_path / "backup", LATER)
    restored = Home(tmp_path / "restored")
    backup.restore(restored, tmp_path / "backup")
    kept = {path.name: path.read_bytes() for path in home.archive.glob("*.xlsx")}
    assert kept
    assert {path.name: path.read_bytes() for path in restored.archive.glob("*.xlsx")} == kept
    there = (truth.LANDING, truth.ARCHIVE)
    assert list(truth.faults(restored, *there, deep=True)) == []


@pytest.mark.parametrize("name", ["archive/elsewhere.xlsx", "landing/batch=x", "config/terms.yml"])
def test_any_other_link_is_told_not_left_out(home: Home, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").write_text("somewhere else", encoding="utf-8")
    (home.root / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Stop, match=f"{name} はリンク"):
        backup.backup(home, tmp_path / "backup", LATER)


def test_a_backup_of_other_bytes_than_were_kept_is_not_restored(home: Home, tmp_path: Path) -> None:
    """Its list and its contents agree with each other; the chain within it with neither."""
    backup.backup(home, tmp_path / "backup", LATER)
    (listed,) = (tmp_path / "backup").glob("*.json")
    batch = max(home.landing.glob("batch=2*")).name
    whole = listed.read_text(encoding="utf-8")
    cells, finding = (
        whole.split(f'"landing/{batch}/{table}.parquet": "')[1][:64]
        for table in ("cell", "finding")
    )
    listed.write_text(whole.replace(cells, finding), encoding="utf-8")
    with pytest.raises(Stop, match="記録した時と違います"):
        backup.restore(Home(tmp_path / "restored"), tmp_path / "backup")


def test_doctor_looks_at_dates_and_deep_at_every_byte(home: Home) -> None:
    def said(*, deep: bool) -> doctor.Finding:
        found = doctor.examine(home, LATER, deep=deep)
        return next(each for each in found if each.name == "保管と取込")

    truth.hold(home, *truth.PARTS, deep=True)
    assert "大きさと日時" in said(deep=False).message
    assert "中身が" in said(deep=True).message
    with flipped(next(home.archive.glob("*.xlsx")), 5):
        assert said(deep=False).state is doctor.State.FAULT
        assert "--damaged" in said(deep=True).message
