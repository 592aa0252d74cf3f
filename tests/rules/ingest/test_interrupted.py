"""A load that is killed at any moment leaves the landing zone whole, and the next one finishes."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.workbooks import GOOD, OSAKA

from ingest import landing as zone
from ingest.load import Arrival, SourceFile, load
from ingest.packed import Spool

DAY = datetime(2020, 7, 1, 9, 0, tzinfo=UTC)

# Ends itself as the kernel would end it, at one call of a function on the way to the disk.
PROGRAM = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from ingest import archive, landing, load
home, module, name, call = Path(sys.argv[1]), *sys.argv[2:4], int(sys.argv[4])
owner = {"landing": landing, "archive": archive.Archive}[module]
real, calls = getattr(owner, name), []

def counted(*arguments):
    calls.append(arguments)
    if len(calls) == call:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)

landing.prepare(home / "landing")
setattr(owner, name, counted)
files = [load.SourceFile(path, "271004") for path in sorted((home / "inbox").iterdir())]
load.load(files, load.Arrival(datetime(2020, 7, 1, 9, 0, tzinfo=UTC)),
          landing=home / "landing", archive=home / "archive")
"""


@pytest.mark.parametrize(
    ("module", "name", "call"),
    [
        ("landing", "fsync", 1),  # the first file of the batch is written
        ("landing", "fsync", len(zone.SCHEMAS)),  # the last one is
        ("landing", "fsync", len(zone.SCHEMAS) + 1),  # and all that is left is to rename it
        ("archive", "keep", 2),
        ("archive", "_settle", 1),
    ],
)
def test_a_load_that_is_killed_lands_nothing_and_is_repeated(
    tmp_path: Path, module: str, name: str, call: int
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for path in (GOOD, OSAKA / "010.xlsx"):
        (inbox / path.name).write_bytes(path.read_bytes())
    killed = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), module, name, str(call)],
        check=False, env=os.environ,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    landing, archive = tmp_path / "landing", tmp_path / "archive"
    for table in zone.SCHEMAS:
        assert zone.table(landing, table) == []
    files = [SourceFile(path, "271004") for path in sorted(inbox.iterdir())]
    report = load(files, Arrival(DAY), landing=landing, archive=archive)
    assert [book.status for book in report.workbooks] == ["accepted", "accepted"]
    assert {path.stem for path in archive.glob("[!.]*")} == {b.sha256 for b in report.workbooks}
    assert [path for path in landing.iterdir() if path.name.startswith(".")] == []


def test_cells_that_wait_on_the_disk_have_no_name(tmp_path: Path) -> None:
    with Spool(tmp_path):
        assert list(tmp_path.iterdir()) == []
