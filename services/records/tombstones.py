"""What was expunged, as the audit chain tells it: taken out of the home, and never taken in again.

A line `expunge` comes before anything is taken out, and tells what will be left. The archived
workbook goes last: while it is there, the rest may be as well, and `settle` finishes.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from exports.press.files import as_json, sha256, sync, write_file
from ingest import landing, returned
from ingest.findings import EXPUNGED
from ingest.load import SourceFile
from ingest.personal import shown_file
from services.home import Home
from services.intake import receipts
from services.records import audit, truth
from services.records.housekeeping import drop_aside_at_once

# Somebody asks for it: nothing is done yet.
ASK = "expunge_request"
BY, ASKED_BY, REASON, SINCE = "by", "asked_by", "reason", "received_at"
SUBMISSIONS = "submissions"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What was taken out, when and by whom.

    `since`: when the first of it had come (ISO 8601). `submissions`: their ids, with the SHA-256 of
    the workbook. `files`: those that it changed, with what is left of them, None for nothing.
    """

    at: datetime
    by: str
    asked_by: str
    reason: str
    since: str
    submissions: Mapping[str, str]
    files: Mapping[str, str | None]

    @property
    def gone(self) -> tuple[str, ...]:
        """The archived workbooks, by their place in the home."""
        return tuple(name for name, digest in self.files.items() if digest is None)

    @property
    def workbooks(self) -> frozenset[str]:
        """Their SHA-256."""
        return frozenset(Path(name).stem for name in self.gone)

    def note(self, home: Home) -> None:
        """Add it to the audit chain of a home."""
        facts: dict[str, audit.Fact] = {
            BY: self.by,
            ASKED_BY: self.asked_by,
            REASON: self.reason,
            SINCE: self.since,
            SUBMISSIONS: self.submissions,
            truth.FILES: self.files,
        }
        audit.note(home, self.at, truth.EXPUNGE, **facts)


def left_of(path: Path, submissions: Collection[str], workbooks: Collection[str]) -> bytes | None:
    """A batch's file, or a receipt, without what goes; None where nothing of it is there."""
    if path.suffix == ".parquet":
        return landing.file_without(path, {"submission_id": submissions, "file_sha256": workbooks})
    told = json.loads(path.read_bytes())
    left = receipts.without(told, workbooks)
    return None if left == told else as_json(left)


def every(home: Home) -> list[Tombstone]:
    """All of a home, oldest first."""
    return [_read(line) for line in audit.read(home) if line.get("action") == truth.EXPUNGE]


def _read(line: audit.Line) -> Tombstone:
    return Tombstone(
        datetime.fromisoformat(line["at"]),
        line[BY],
        line[ASKED_BY],
        line[REASON],
        line[SINCE],
        line[SUBMISSIONS],
        line[truth.FILES],
    )


def workbooks(home: Home) -> Mapping[str, Tombstone]:
    """The SHA-256 of every workbook that was expunged."""
    return {digest: stone for stone in every(home) for digest in stone.workbooks}


def refusing(home: Home, files: Sequence[SourceFile]) -> Sequence[SourceFile]:
    """The files, those refused unopened that were expunged once."""
    gone = workbooks(home)
    return [_refused(each, gone) for each in files] if gone else files


def _refused(source: SourceFile, gone: Mapping[str, Tombstone]) -> SourceFile:
    stone = None if source.refused else gone.get(digest_of(source.path) or "")
    if stone is None:
        return source
    message = (
        f"「{shown_file(source.path.name)}」は、{stone.at:%Y-%m-%d}に消去したブックと同じものです。"
        "読み取らず、保管もしません。置いた場所から取り除いてください。"
    )
    return replace(source, refused=(EXPUNGED, message))


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file; None where there is none to be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def settle(home: Home) -> None:
    """Finish what a kill left half expunged; not while this thread holds only `receiving`."""
    for stone in every(home):
        if any((home.root / name).exists() for name in stone.gone):
            with home.alone():
                clear(home, stone)


def unfinished(home: Home) -> list[str]:
    """What may still hold something that was expunged, by its place in the home."""
    generations = (each for each in home.marts.glob("*.duckdb") if not each.is_symlink())
    left = [home.root / name for stone in every(home) for name in stone.gone]
    return [
        path.relative_to(home.root).as_posix()
        for path in (*left, *truth.outdated(home, generations))
        if path.exists()
    ]


def clear(home: Home, stone: Tombstone) -> None:
    """Take out of the files of a home what a tombstone tells; the workbooks last.

    A file that is not as it was kept stays, and is told as such (`truth.faults`).
    """
    for name, digest in stone.files.items():
        if digest is not None:
            _leave(home.root / name, stone, digest)
    returned.forget(home.returned, stone.workbooks)
    for path in _same_in_inbox(home, stone):
        path.unlink()
    drop_aside_at_once(home)
    for name in stone.gone:
        (home.root / name).unlink(missing_ok=True)
    if home.archive.is_dir():
        sync(home.archive)


def _leave(path: Path, stone: Tombstone, digest: str) -> None:
    if digest_of(path) == digest:
        return
    with suppress(OSError, ValueError):
        left = left_of(path, stone.submissions, stone.workbooks)
        if left is not None and sha256(left) == digest:
            write_file(path, left)


def _same_in_inbox(home: Home, stone: Tombstone) -> list[Path]:
    files = (path for path in home.inbox.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in files if digest_of(path) in stone.workbooks]
