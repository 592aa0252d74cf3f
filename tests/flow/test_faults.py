"""What goes wrong around the program ends in a clear message, and nothing half done counts."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from flow.city import CODE, RECEIVED, Ended, fingerprint, mishukin
from support.killed import ENVIRONMENT
from support.workbooks import GOOD, with_cell

import cli
from exports.press.files import sha256
from ingest import landing
from ingest.load import Arrival, SourceFile, load
from ingest.reports import WorkbookReport
from services.exits import Exit
from services.home import Home
from services.intake.receipts import keep_receipt
from services.intake.receiving import receive
from services.records import audit

LOAD = ("load", "--municipality", CODE)
JULY = "2020-07-31"
PUBLICATION = "2020-10-30T09:00:00+09:00"
DRAFT = ("report", "draft", JULY, "--issued", "2020-11-02", "--at", PUBLICATION)
APPROVE = ("report", "approve", JULY, "--by", "財政課長", "--at", PUBLICATION)
PUBLISH = ("report", "publish", JULY, "--at", PUBLICATION)

FULL = ("mount -t tmpfs -o size=4k tmpfs {0}", "ディスクの空きがありません")
# One step to the public is a swap of two names: a disk of its own has none to swap.
MOUNTED = ("mount -t tmpfs tmpfs {0}", "一度に入れ替えられません")
READ_ONLY = ("mount --bind {0} {0}; mount -o remount,ro,bind {0}", "読み取り専用")


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Path:
    return Path(shutil.copy(GOOD, tmp_path / "調書.xlsx"))


def mounted(home: Home, mount: str, *arguments: str) -> Ended:
    """Run the command where folders of the home are mounted otherwise, seen by it alone."""
    command = [sys.executable, "-m", "cli", "--home", str(home.root), *arguments]
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-ec", f'{mount}; exec "$@"', "sh",
         *command],
        capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("folder", ["archive", "landing"])
@pytest.mark.parametrize(("mount", "said"), [FULL, READ_ONLY])
def test_a_full_disk_or_a_shut_folder_is_told_and_the_same_command_then_works(
    tmp_path: Path, book: Path, folder: str, mount: str, said: str
) -> None:
    home = Home(tmp_path / "home").create()
    failed = mounted(home, mount.format(home.root / folder), *LOAD, str(book))
    assert failed.code == Exit.UNEXPECTED
    assert said in failed.err
    assert "Traceback" not in failed.err
    assert mishukin(home, *LOAD, str(book)).code == Exit.DONE
    assert len(landing.table(home.landing, "submission")) == 1
    assert audit.verify(home).faults == ()


@pytest.mark.parametrize(
    ("folder", "fault", "command"),
    [
        # What DuckDB says, what SQLite says of the history of runs, and what the system says.
        ("marts", FULL, ("build",)),
        ("dagster", FULL, DRAFT),
        ("drafts", READ_ONLY, DRAFT),
        ("releases", FULL, PUBLISH),
        ("public", MOUNTED, PUBLISH),
    ],
)
def test_a_fault_on_the_way_to_the_public_is_told_and_nothing_changes(
    built: Home, folder: str, fault: tuple[str, str], command: tuple[str, ...]
) -> None:
    mount, said = fault
    home = ["--home", str(built.root)]
    assert cli.run([*home, *APPROVE]) == Exit.DONE
    before = what_counts(built)
    failed = mounted(built, mount.format(built.root / folder), *command)
    assert failed.code == Exit.UNEXPECTED
    assert said in failed.err
    assert "Traceback" not in failed.err
    assert what_counts(built) == before
    if command != ("build",):  # too long; tests/flow/test_generation.py does it
        assert cli.run([*home, *command]) == Exit.DONE
        assert what_counts(built) != before
    assert audit.verify(built).faults == ()


def what_counts(home: Home) -> dict[str, object]:
    """What readers, approvers and citizens see."""
    return {"generation": home.current.resolve()} | {
        folder.name: fingerprint(folder) for folder in (home.drafts, home.public)
    }


def test_of_two_loads_at_once_the_second_waits_and_says_so(tmp_path: Path, book: Path) -> None:
    home = Home(tmp_path / "home").create()
    command = [sys.executable, "-m", "cli", "--home", str(home.root), *LOAD, str(book)]
    with home.receiving():
        second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        assert second.stderr
        assert "終わるのを待っています" in second.stderr.readline()
    assert "受理" in second.communicate()[1]
    assert second.returncode == Exit.DONE


def test_a_load_does_not_wait_for_a_build(tmp_path: Path, book: Path) -> None:
    home = Home(tmp_path / "home").create()
    command = [sys.executable, "-m", "cli", "--home", str(home.root), *LOAD, str(book)]
    with home.writer():
        assert subprocess.run(command, check=False, env=ENVIRONMENT).returncode == Exit.DONE


def test_a_workbook_replaced_while_it_is_loaded_counts_as_it_was_read(
    tmp_path: Path, book: Path
) -> None:
    home = Home(tmp_path / "home").create()
    audit.begin(home)
    before, files, arrival = book.read_bytes(), [SourceFile(book, CODE)], Arrival(RECEIVED)

    def replaced(books: Sequence[WorkbookReport]) -> None:
        keep_receipt(home, files, arrival, books)
        book.write_bytes(with_cell("G29", 3))

    load(files, arrival, landing=home.landing, archive=home.archive, before_landing=replaced)
    (row,) = landing.table(home.landing, "submission")
    assert row["file_sha256"] == sha256(before)
    assert (home.archive / f"{sha256(before)}.xlsx").read_bytes() == before
    next_day = Arrival(RECEIVED + timedelta(days=1))
    assert receive(home, [SourceFile(book, CODE)], next_day).report.batch_id


def test_a_workbook_that_is_still_being_copied_goes_back_as_unreadable(
    tmp_path: Path, book: Path
) -> None:
    book.write_bytes(GOOD.read_bytes()[:5000])
    home = Home(tmp_path / "home").create()
    told = mishukin(home, *LOAD, str(book))
    assert told.code == Exit.REJECTED
    assert "開け" in told.err


def test_a_clock_put_back_is_noticed(tmp_path: Path, book: Path) -> None:
    home = Home(tmp_path / "home").create()
    assert receive(home, [SourceFile(book, CODE)], Arrival(RECEIVED)).report.notes == []
    book.write_bytes(with_cell("G29", 3))
    long_before = Arrival(RECEIVED - timedelta(days=400))
    (note,) = receive(home, [SourceFile(book, CODE)], long_before).report.notes
    assert "時計" in note
