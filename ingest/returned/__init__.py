"""What goes back to the departments: an annotated copy of each workbook with an error.

`returned/<municipality_code>/<day of receipt>-<sha256>.xlsx`, with an index.html for the folder.
No name in a path comes from a submission. The original stays untouched in the archive.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.archive import SUFFIXES
from ingest.findings import Finding
from ingest.landing import put_in_place
from ingest.reading import Request, ask_all
from ingest.reports import WorkbookReport
from ingest.returned.answer import Answer, answer_to
from terms.years import TOKYO

if TYPE_CHECKING:
    from ingest.load import SourceFile

UNKNOWN = "unknown"  # the folder of workbooks whose municipality nobody told
INDEX, RECORDS = "index.html", "index.json"
_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Returned:
    """One workbook that goes back: the copy that was made, and the submitted name."""

    path: Path
    file: str


@dataclass
class _Parcel:
    """Copies of the same bytes from one municipality are answered together."""

    code: str
    books: list[WorkbookReport]

    @property
    def sha256(self) -> str:
        return self.books[0].sha256


def write(
    books: Iterable[WorkbookReport],
    files: Iterable["SourceFile"],
    *,
    archive: Path,
    folder: Path,
    received_at: datetime,
) -> list[Returned]:
    """Write a copy of each workbook that was rejected, wholly or partly; returns the new copies.

    `files` names the municipality of each of `books`. What has been returned before, with the
    same findings, is not returned again. `received_at` must carry a time zone.
    """
    day = received_at.astimezone(TOKYO)
    parcels = _parcels(zip(books, files, strict=True))
    records = {code: records_in(folder / code) for code in {parcel.code for parcel in parcels}}
    fresh = [p for p in parcels if not _is_told(p, folder / p.code, records[p.code])]
    written = []
    for parcel, content in _copies(fresh, archive, day):
        place = folder / parcel.code / named(parcel.sha256, f"{day:%Y%m%d}")
        _write_file(place, content)
        kept = [each for each in records[parcel.code] if each["name"] != place.name]
        record = _record(answer_to(parcel.books, day), parcel.sha256, place.name)
        records[parcel.code] = [*kept, record]
        written.append(Returned(place, record["file"]))
    for code in {parcel.code for parcel in fresh}:
        _write_index(folder / code, records[code])
    return sorted(written, key=lambda each: (each.path, each.file))


def forget(folder: Path, workbooks: Collection[str]) -> None:
    """Take away every copy of the workbooks of these hashes, and what was recorded of it."""
    for place in (each for each in folder.glob("*") if each.is_dir()):
        for copy in (each for sha256 in workbooks for each in place.glob(named(sha256))):
            copy.unlink()
        records = records_in(place)
        left = [each for each in records if each["sha256"] not in workbooks]
        if left != records:
            _write_index(place, left)


def named(sha256: str, day: str = "*") -> str:
    """The name of the copy of a workbook, of one day or of any."""
    return f"{day}-{sha256[:12]}.xlsx"


def _parcels(pairs: Iterable[tuple[WorkbookReport, "SourceFile"]]) -> list[_Parcel]:
    parcels: dict[tuple[str, str], _Parcel] = {}
    for book, source in pairs:
        if book.status not in ("rejected", "partly"):
            continue
        told = source.municipality_code or ""
        code = told if _CODE.fullmatch(told) else UNKNOWN
        parcels.setdefault((code, book.sha256), _Parcel(code, [])).books.append(book)
    return list(parcels.values())


def _copies(
    parcels: Sequence[_Parcel], archive: Path, day: datetime
) -> Iterator[tuple[_Parcel, bytes]]:
    """Each parcel with its copy: with its formats, or else its values, or else only the list."""
    from ingest.returned.copy import Task, only_findings  # openpyxl

    waiting = list(parcels)
    for formatted in (True, False):
        requests = (
            Request(
                "annotate",
                p.books[0].file,
                _archived(archive, p.sha256),
                Task(answer_to(p.books, day), formatted),
            )
            for p in waiting
        )
        failed = []
        for index, _, answer in ask_all(requests):
            if isinstance(answer, bytes):
                yield waiting[index], answer
            else:
                failed.append(waiting[index])
        waiting = failed
    for parcel in waiting:
        yield parcel, only_findings(answer_to(parcel.books, day))


def _archived(archive: Path, sha256: str) -> bytes:
    """The untouched bytes; none where they could not be read."""
    places = (archive / f"{sha256}{suffix}" for suffix in ("", *SUFFIXES))
    return next((place.read_bytes() for place in places if place.is_file()), b"")


def _told(findings: Iterable[Finding]) -> set[str]:
    return {
        "／".join([f.severity, f.rule, f.sheet or "", f.cell or "", f.message]) for f in findings
    }


def _is_told(parcel: _Parcel, folder: Path, records: Sequence[dict[str, Any]]) -> bool:
    """Whether these bytes have gone back with all these findings, and the copy is still there."""
    return any(
        each["sha256"] == parcel.sha256
        and _told(answer_to(parcel.books).findings) <= set(each["findings"])
        and (folder / each["name"]).is_file()
        for each in records
    )


def _record(answer: Answer, sha256: str, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "sha256": sha256,
        "file": answer.file,
        "received_at": answer.received_at.isoformat() if answer.received_at else None,
        "outcome": answer.outcome,
        "counts": answer.counts,
        "findings": sorted(_told(answer.findings)),
    }


def records_in(folder: Path) -> list[dict[str, Any]]:
    """What was noted of the copies in the folder of a municipality."""
    place = folder / RECORDS
    return list(json.loads(place.read_bytes())) if place.is_file() else []


def _write_index(folder: Path, records: list[dict[str, Any]]) -> None:
    from ingest.returned.page import render  # jinja2

    records.sort(key=lambda each: (each["received_at"], each["name"]), reverse=True)
    rows = [each | {"at": datetime.fromisoformat(each["received_at"])} for each in records]
    page = render("returned.html", code=folder.name, rows=rows)
    _write_file(folder / INDEX, page.encode())
    # Last: what the records hold has been written, else it is returned again.
    _write_file(folder / RECORDS, json.dumps(records, ensure_ascii=False, indent=1).encode())


def _write_file(place: Path, content: bytes) -> None:
    with put_in_place(place) as aside:
        aside.write_bytes(content)
