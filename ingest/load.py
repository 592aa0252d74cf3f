"""Loads workbooks: reads and checks them, lands what is accepted, reports what is not."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from ingest import landing as zone
from ingest.findings import Finding
from ingest.forms.reading import CellValue, FormReading
from ingest.reading import Reading, read_all

Status = Literal["accepted", "partly", "rejected", "unchanged"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SourceFile:
    """A workbook on disk and the municipality it belongs to (6 digits; None only for a check)."""

    path: Path
    municipality_code: str | None = None


@dataclass
class SheetReport:
    """One form of a workbook and what became of it."""

    sheet: str
    form: str
    claim_number: str | None
    fiscal_year: int | None
    as_of: date | None
    status: Literal["accepted", "rejected", "unchanged"]

    def to_json(self) -> dict[str, Any]:
        """As in the contract."""
        return {
            "sheet": self.sheet,
            "form": self.form,
            "claim_number": self.claim_number,
            "fiscal_year": self.fiscal_year,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "status": self.status,
        }


@dataclass
class WorkbookReport:
    """One workbook: its sheets with a form, and every finding."""

    file: str
    sha256: str
    sheets: list[SheetReport]
    findings: list[Finding]

    @property
    def status(self) -> Status:
        """What became of the workbook as a whole."""
        states = {sheet.status for sheet in self.sheets}
        failed = "rejected" in states or not states or self._refused
        if failed:
            return "partly" if states - {"rejected"} else "rejected"
        return "accepted" if "accepted" in states else "unchanged"

    @property
    def _refused(self) -> bool:
        named = {sheet.sheet for sheet in self.sheets}
        return any(f.severity == "error" and f.sheet not in named for f in self.findings)

    def to_json(self) -> dict[str, Any]:
        """As in the contract: file, sha256, status, sheets, findings."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "status": self.status,
            "sheets": [sheet.to_json() for sheet in self.sheets],
            "findings": [finding.to_json() for finding in self.findings],
        }


@dataclass
class LoadReport:
    """All workbooks of one load, in the order given; `batch_id` is None when nothing was new."""

    workbooks: list[WorkbookReport] = field(default_factory=list)
    batch_id: str | None = None

    @property
    def rejected(self) -> bool:
        """Whether any workbook or sheet was rejected."""
        return any(book.status in ("partly", "rejected") for book in self.workbooks)


@dataclass
class _Submission:
    """A form on its way in: where it came from, what it is, what becomes of it."""

    book: WorkbookReport
    form: FormReading
    report: SheetReport
    municipality_code: str | None

    @property
    def submission_id(self) -> str:
        """The same bytes, read with the same outcome, are the same submission."""
        parts = (self.book.sha256, self.form.sheet, self.municipality_code, self.report.status)
        return _digest(repr(parts).encode())[:16]

    @property
    def claim(self) -> tuple[object, ...]:
        """What the form speaks of: only one answer may be in force."""
        form = self.form
        subject = form.claim_number if form.form == "annual" else form.department
        period = form.fiscal_year if form.form == "annual" else form.as_of
        return (self.municipality_code, form.form, subject, period)

    @property
    def content_hash(self) -> str:
        """Equal when a department says the same, however the workbook was saved or laid out."""
        form = self.form
        header = [
            form.form,
            form.claim_number,
            form.claim_name,
            form.claim_classes,
            form.department,
            form.section,
            form.fiscal_year,
            str(form.as_of),
        ]
        cells = sorted((c.block, c.item, c.measure, c.number, c.text or "") for c in form.cells)
        words = sorted((c.block, c.item, c.measure, c.text or "") for c in form.narrative)
        return _digest(json.dumps([header, cells, words], ensure_ascii=False).encode())


def check(files: Sequence[SourceFile], *, progress: Progress | None = None) -> LoadReport:
    """Read and check as a load does, and write nothing."""
    books, submissions = _read(files, None, progress)
    _reject_duplicates(submissions)
    return LoadReport(books)


def load(
    files: Sequence[SourceFile],
    *,
    landing: Path,
    archive: Path,
    received_at: datetime,
    received_from: str | None = None,
    reason: str | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Land the accepted forms and all findings of new workbooks as one batch.

    The untouched bytes go to the archive first. The same bytes again, or the same rows in
    re-saved bytes, change nothing. `received_at` must carry a time zone.
    """
    if received_at.tzinfo is None:
        raise ValueError("received_at needs a time zone")
    zone.prepare(landing)
    known = zone.table(landing, "submission")
    books, submissions = _read(files, archive, progress)
    landed = {each["submission_id"] for each in known}
    new = [
        s for s in submissions if not _is_settled(s, known) and not _is_unchanged(s, known, landed)
    ]
    _reject_duplicates(new)
    # Copies of the same bytes, read with the same outcome, are one submission.
    fresh = list({s.submission_id: s for s in new if s.submission_id not in landed}.values())
    accepted = [s for s in fresh if s.report.status == "accepted"]
    rows = {
        "submission": [_submission_row(s, received_from, reason) for s in fresh],
        "cell": [_cell_row(s, c) for s in accepted for c in s.form.cells],
        "narrative": [_narrative_row(s, c) for s in accepted for c in s.form.narrative],
        "finding": _new_findings(files, books, new, zone.table(landing, "finding")),
    }
    report = LoadReport(books)
    if rows["submission"] or rows["finding"]:
        report.batch_id = zone.write_batch(landing, received_at, rows)
    return report


def _read(
    files: Sequence[SourceFile], archive: Path | None, progress: Progress | None
) -> tuple[list[WorkbookReport], list[_Submission]]:
    books: list[WorkbookReport] = []

    def contents() -> Iterator[tuple[str, bytes]]:
        for source in files:
            data = source.path.read_bytes()
            books.append(WorkbookReport(source.path.name, _digest(data), [], []))
            if archive is not None:
                keep(archive, books[-1].sha256, data, source.path.suffix)
            yield source.path.name, data

    readings: dict[int, Reading] = {}
    for index, reading in read_all(contents()):
        readings[index] = reading
        if progress:
            progress(len(readings), len(files))
    submissions = []
    for index, book in enumerate(books):
        book.findings = list(readings[index].findings)
        for form in readings[index].forms:
            book.findings += form.findings
            report = SheetReport(
                form.sheet,
                form.form,
                form.claim_number,
                form.fiscal_year,
                form.as_of,
                "rejected" if form.rejected else "accepted",
            )
            book.sheets.append(report)
            submissions.append(_Submission(book, form, report, files[index].municipality_code))
    return books, submissions


SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


def keep(archive: Path, sha256: str, data: bytes, suffix: str) -> None:
    """Keep the untouched bytes under their hash; of the submitted name only a known suffix."""
    path = archive / (sha256 + (suffix.lower() if suffix.lower() in SUFFIXES else ""))
    if path.exists():
        return
    archive.mkdir(parents=True, exist_ok=True)
    aside = archive / f".{sha256}.tmp"
    aside.write_bytes(data)
    zone.fsync(aside)
    aside.rename(path)
    zone.fsync(archive)


def _is_unchanged(
    submission: _Submission, known: Sequence[dict[str, Any]], landed: set[str]
) -> bool:
    """Accepted before in these very bytes, or the rows in force say the same already."""
    if submission.report.status != "accepted":
        return False
    versions = [
        each["content_hash"]
        for each in known
        if each["status"] == "accepted" and _claim_of(each) == submission.claim
    ]
    in_force = versions[-1] if versions else None
    if submission.submission_id in landed or in_force == submission.content_hash:
        submission.report.status = "unchanged"
    return submission.report.status == "unchanged"


def _is_settled(submission: _Submission, known: Sequence[dict[str, Any]]) -> bool:
    """These bytes were turned away before, and the claim has been accepted since.

    An inbox keeps its old files: what a resubmission has answered is not asked, or taken, again.
    """
    turned_away = [
        each["received_at"]
        for each in known
        if each["status"] == "rejected"
        and each["file_sha256"] == submission.book.sha256
        and each["sheet"] == submission.form.sheet
        and each["municipality_code"] == submission.municipality_code
    ]
    accepted = [
        each["received_at"]
        for each in known
        if each["status"] == "accepted" and _claim_of(each) == submission.claim
    ]
    if not turned_away or not accepted or max(accepted) <= max(turned_away):
        return False
    form, book = submission.form, submission.book
    book.findings = [f for f in book.findings if f not in form.findings]
    book.findings.append(
        Finding(
            book.file,
            form.sheet,
            None,
            "settled",
            "info",
            None,
            None,
            "前に返却したシートです。その後の提出が受理されているため、読み込みませんでした。",
        )
    )
    submission.report.status = "unchanged"
    return True


def _claim_of(row: dict[str, Any]) -> tuple[object, ...]:
    annual = row["form"] == "annual"
    return (
        row["municipality_code"],
        row["form"],
        row["claim_number"] if annual else row["department"],
        row["fiscal_year"] if annual else row["as_of"],
    )


def _reject_duplicates(submissions: Sequence[_Submission]) -> None:
    """Two answers to one question in one load: the department must say which one counts.

    When both say exactly the same, the first is kept and only the copy is turned away.
    """
    by_claim: dict[tuple[object, ...], list[_Submission]] = defaultdict(list)
    for submission in submissions:
        if None not in submission.claim[2:] and submission.report.status == "accepted":
            by_claim[submission.claim].append(submission)
    for rivals in by_claim.values():
        if len(rivals) == 1:
            continue
        same = len({s.content_hash for s in rivals}) == 1
        for submission in rivals[1:] if same else rivals:
            others = [s for s in rivals if s is not submission]
            _reject_duplicate(submission, others[:1] if same else others, same)


def _reject_duplicate(submission: _Submission, others: Sequence[_Submission], same: bool) -> None:
    form = submission.form
    subject = f"債権{form.claim_number}" if form.form == "annual" else f"{form.department}の報告"
    places = "、".join(f"{s.book.file} › {s.form.sheet}" for s in others)
    outcome = (
        "内容が同じなので、そちらだけを読み込みました。不要なファイルを取り除いてください。"
        if same
        else "内容が違うため、どちらも読み込みませんでした。正しいほうだけを提出してください。"
    )
    finding = Finding(
        submission.book.file,
        form.sheet,
        None,
        "duplicate_claim",
        "error",
        places,
        "1回の提出に1つ",
        f"{subject}が、同時に提出された {places} にもあります。{outcome}",
    )
    submission.report.status = "rejected"
    form.findings.append(finding)
    submission.book.findings.append(finding)


def _submission_row(
    submission: _Submission, received_from: str | None, reason: str | None
) -> dict[str, Any]:
    form = submission.form
    return {
        "submission_id": submission.submission_id,
        "received_from": received_from,
        "reason": reason,
        "municipality_code": submission.municipality_code,
        "file": submission.book.file,
        "file_sha256": submission.book.sha256,
        "sheet": form.sheet,
        "form": form.form,
        "layout_version": form.layout_version,
        "status": submission.report.status,
        "claim_number": form.claim_number,
        "claim_name": form.claim_name,
        "claim_classes": form.claim_classes,
        "department": form.department,
        "section": form.section,
        "fiscal_year": form.fiscal_year,
        "as_of": form.as_of,
        "unit_yen": form.unit_yen,
        "content_hash": submission.content_hash,
    }


def _cell_row(submission: _Submission, cell: CellValue) -> dict[str, Any]:
    return {
        "submission_id": submission.submission_id,
        "block": cell.block,
        "item": cell.item,
        "measure": cell.measure,
        "cell": cell.cell,
        "number": cell.number,
        "text": cell.text,
    }


def _narrative_row(submission: _Submission, cell: CellValue) -> dict[str, Any]:
    return {
        "submission_id": submission.submission_id,
        "part": f"{cell.block}/{cell.measure}",
        "item": cell.item,
        "cell": cell.cell,
        "text": cell.text,
    }


def _new_findings(
    files: Sequence[SourceFile],
    books: Sequence[WorkbookReport],
    submissions: Sequence[_Submission],
    recorded: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Findings that these bytes have not given before, with their submission where one exists."""
    told = {tuple(each[name] for name in _FINDING_KEY) for each in recorded}
    ids = {(id(s.book), s.form.sheet): s.submission_id for s in submissions}
    rows = [
        finding.to_json()
        | {
            "file_sha256": book.sha256,
            "municipality_code": source.municipality_code,
            "submission_id": ids.get((id(book), finding.sheet or "")),
        }
        for source, book in zip(files, books, strict=True)
        for finding in book.findings
    ]
    return [row for row in rows if tuple(row[name] for name in _FINDING_KEY) not in told]


_FINDING_KEY = ("file_sha256", "municipality_code", "sheet", "cell", "rule", "message")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
