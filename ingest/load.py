"""Loads workbooks: reads and checks them, lands what is accepted, reports what is not."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest import landing as zone
from ingest.findings import Finding
from ingest.reading import Reading, read_all
from ingest.reports import LoadReport, SheetReport, WorkbookReport
from ingest.submission import (
    Submission,
    cell_row,
    claim_of,
    digest,
    narrative_row,
    submission_row,
)

Progress = Callable[[int, int], None]
SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
_FINDING_KEY = ("file_sha256", "municipality_code", "sheet", "cell", "rule", "message")


@dataclass(frozen=True)
class SourceFile:
    """A workbook on disk and the municipality it belongs to (6 digits; None only for a check)."""

    path: Path
    municipality_code: str | None = None


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
        "submission": [submission_row(s, received_from, reason) for s in fresh],
        "cell": [cell_row(s, c) for s in accepted for c in s.form.cells],
        "narrative": [narrative_row(s, c) for s in accepted for c in s.form.narrative],
        "finding": _new_findings(files, books, new, zone.table(landing, "finding")),
    }
    report = LoadReport(books)
    if rows["submission"] or rows["finding"]:
        report.batch_id = zone.write_batch(landing, received_at, rows)
    return report


def _read(
    files: Sequence[SourceFile], archive: Path | None, progress: Progress | None
) -> tuple[list[WorkbookReport], list[Submission]]:
    books: list[WorkbookReport] = []

    def contents() -> Iterator[tuple[str, bytes]]:
        for source in files:
            name = source.path.name.encode("utf-8", "replace").decode()  # names may be any bytes
            data = _bytes_of(source.path)
            books.append(WorkbookReport(name, digest(data), [], []))
            if archive is not None:
                keep(archive, books[-1].sha256, data, source.path.suffix)
            yield name, data

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
            submissions.append(Submission(book, form, report, files[index].municipality_code))
    return books, submissions


def _bytes_of(path: Path) -> bytes:
    """The content of a file; nothing where it has gone or must not be read, which is then told."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


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
    submission: Submission, known: Sequence[dict[str, Any]], landed: set[str]
) -> bool:
    """Accepted before in these very bytes, or the rows in force say the same already."""
    if submission.report.status != "accepted":
        return False
    versions = [
        each["content_hash"]
        for each in known
        if each["status"] == "accepted" and claim_of(each) == submission.claim
    ]
    in_force = versions[-1] if versions else None
    if submission.submission_id in landed or in_force == submission.content_hash:
        submission.report.status = "unchanged"
    return submission.report.status == "unchanged"


def _is_settled(submission: Submission, known: Sequence[dict[str, Any]]) -> bool:
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
        if each["status"] == "accepted" and claim_of(each) == submission.claim
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


def _reject_duplicates(submissions: Sequence[Submission]) -> None:
    """Two answers to one question in one load: the department must say which one counts.

    When both say exactly the same, the first is kept and only the copy is turned away.
    """
    by_claim: dict[tuple[object, ...], list[Submission]] = defaultdict(list)
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


def _reject_duplicate(submission: Submission, others: Sequence[Submission], same: bool) -> None:
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


def _new_findings(
    files: Sequence[SourceFile],
    books: Sequence[WorkbookReport],
    submissions: Sequence[Submission],
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
