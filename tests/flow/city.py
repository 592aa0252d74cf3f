"""A small city for the tests: seven real annual forms, and balance reports of one department."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ingest import landing, templates
from ingest.load import Arrival, SourceFile
from services.generation import put_in_place
from services.home import Home
from services.intake.receiving import receive
from services.records import truth
from terms.years import TOKYO

OSAKA = Path(__file__).parents[1] / "data" / "osaka"
CODE = "271004"
RECEIVED = datetime(2020, 8, 20, 9, 0, tzinfo=TOKYO)
# When reports of 31 October come.
IN_NOVEMBER = datetime(2020, 11, 20, 9, 0, tzinfo=TOKYO)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def mishukin(home: Home, *arguments: str, **environ: str) -> Ended:
    """Run the command as the staff do, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", "--home", str(home.root), *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, **environ},
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def fill_inbox(home: Home) -> None:
    """The real annual forms, as departments sent them."""
    folder = home.create().inbox / CODE
    folder.mkdir()
    for path in sorted(OSAKA.iterdir()):
        shutil.copy(path, folder)


def balance_report(as_of: date, assessed: int, department: str = "教育委員会事務局") -> bytes:
    """A department's balance report of two claims; `assessed` in thousand yen."""
    amounts = {
        "008": {"claim_name": "奨学金", "claim_classes": "私"},
        "003": {"claim_name": "就学援助費", "claim_classes": "私"},
    }
    values: dict[tuple[str, str, str], Any] = {}
    for claim, words in amounts.items():
        numbers = {
            "carried_forward": assessed, "assessed_prior": assessed, "collected_prior": 40,
            "written_off_prior": 0, "assessed_current": 300, "collected_current": 100,
            "written_off_current": 0, "cases": 12, "debtors": 11,
        }  # fmt: skip
        row = {"claim_number": claim} | words | numbers
        values |= {("collection", claim, name): value for name, value in row.items()}
    header = {"department": department, "section": "総務課"}
    return templates.draw(
        "interim", municipality_code=CODE, as_of=as_of, header=header, values=values
    )


def land(home: Home, files: Iterable[Path], at: datetime = RECEIVED) -> None:
    """Load workbooks in this process; all must be accepted."""
    report = receive(home, [SourceFile(path, CODE) for path in files], Arrival(at)).report
    assert not report.rejected, [book.findings for book in report.workbooks]


def land_broken(home: Home, claim: str = "010") -> tuple[str, str]:
    """A newer version of a form whose section 3 no longer adds up to row D.

    Ingest would have refused it: it stands for whatever ingest might let through. Returns the
    sheet and the cell of row D's collected amount of earlier years.
    """
    old = next(
        row for row in landing.table(home.landing, "submission") if row["claim_number"] == claim
    )
    new_id = "broken0000000000"
    row = {**old, "submission_id": new_id, "content_hash": "another", "file": "こわれた.xlsx"}
    cells = [
        {**cell, "submission_id": new_id}
        for cell in landing.table(home.landing, "cell")
        if cell["submission_id"] == old["submission_id"]
    ]
    for cell in cells:
        if (cell["item"], cell["measure"]) == ("prior/02", "balance"):
            cell["number"] += 9_000_000
    landing.write_batch(
        home.landing,
        old["received_at"].astimezone(UTC) + timedelta(days=1),
        {"submission": [row], "cell": cells},
    )
    truth.record_all(home, old["received_at"])
    place = next(
        cell["cell"]
        for cell in cells
        if (cell["item"], cell["measure"]) == ("D", "collected_prior")
    )
    return old["sheet"], place


def with_marts(home: Home, *statements: str, at: datetime = RECEIVED + timedelta(days=1)) -> None:
    """A generation whose marts are other ones, as if they had been built like that."""
    aside = home.marts / ".new.tmp"
    shutil.copyfile(home.current, aside)
    with duckdb.connect(aside) as marts:
        for statement in statements:
            marts.execute(statement)
    put_in_place(home, aside, at)


def fingerprint(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, to the byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
