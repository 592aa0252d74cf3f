"""Loads workbooks: reads and checks them, lands what is accepted, reports what is not.

A reading is judged when it arrives and its cells are put on the disk until the batch is written:
of a file that is done, only what its report says stays in memory.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import landing as zone
from ingest.answers import Reading
from ingest.archive import Archive
from ingest.findings import EXPUNGED, of_file
from ingest.forms.reading import FormReading
from ingest.forms.versions import note_foreign
from ingest.packed import Packed, Spool
from ingest.personal import looks_personal, remark, shown_file
from ingest.reading import Request, ask_all, read_all
from ingest.reports import LoadReport, SheetReport, WorkbookReport
from ingest.submission import (
    Check,
    Submission,
    cell_columns,
    digest,
    narrative_columns,
    submission_row,
)
from ingest.versions.history import History
from ingest.versions.known import Known
from ingest.versions.timely import Timely
from ingest.versions.twice import Twice, reject_duplicates
from ingest.waivers import Waiver, expired, waive
from ingest.workbook.container import contents
from terms.years import TOKYO

if TYPE_CHECKING:
    from ingest.described.layout import Described

Progress = Callable[[int, int], None]
Refusal = tuple[str, str]  # a rule, and a message that says what to do
_FINDING_KEY = ("file_sha256", "municipality_code", "sheet", "cell", "rule", "message")


@dataclass(frozen=True)
class SourceFile:
    """A workbook on disk and the municipality it belongs to (6 digits; None only for a check).

    `named`: what it was called where it came from, when that is not its name on this disk.
    `refused`: why it is answered without being opened.
    """

    path: Path
    municipality_code: str | None = None
    named: str | None = None
    refused: Refusal | None = None

    @property
    def name(self) -> str:
        """What the department called it."""
        return self.named or self.path.name


@dataclass(frozen=True, slots=True)
class Arrival:
    """How workbooks came in: when, from whom and why. Raises ValueError for no time zone.

    `again`: what was withdrawn once is taken, too.
    """

    at: datetime
    by: str | None = None
    reason: str | None = None
    again: bool = False

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the time of an arrival needs its time zone")


@dataclass(frozen=True)
class Rules:
    """What a house asks beyond the forms themselves: checks of each new form, in this order.

    A waiver lets a named error pass as a warning. `municipalities`: whose forms it takes (6 digits
    each), everybody's where it does not say. `layouts`: tables that it describes, drafts among
    them; `notes`: what the data team is told of its settings.
    """

    checks: tuple[Check, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    municipalities: tuple[str, ...] = ()
    layouts: tuple["Described", ...] = ()
    notes: tuple[str, ...] = ()


def check(
    files: Sequence[SourceFile],
    *,
    landing: Path | None = None,
    today: date | None = None,
    rules: Rules | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Read and check as a load does, also against what is landed, and write nothing.

    Waivers, and whether a form comes too early, are asked only when it is told what day it is.
    """
    rules = rules or Rules()
    known = None if landing is None else Known(landing)
    if today is not None:
        rules = replace(rules, checks=(*rules.checks, Timely(today, known)))
    if known is not None:
        rules = replace(rules, checks=(*rules.checks, Twice(known), History(known)))
    intake = _Intake(files, rules, today)
    intake.read(progress)
    reject_duplicates(intake.new)
    return LoadReport(intake.books, notes=_notes(rules, today))


def explain(report: LoadReport, files: Sequence[SourceFile]) -> None:
    """Add to a report how each sheet that is no form differs from the nearest form."""
    puzzling = {"sheet_passed_over", "no_known_form"}
    chosen = []
    for book, source in zip(report.workbooks, files, strict=True):
        book.explanations = []
        if any(finding.rule in puzzling for finding in book.findings):
            chosen.append((book, source))
    requests = (Request("explain", book.file, _bytes_of(source)) for book, source in chosen)
    for index, _, answer in ask_all(requests):
        if isinstance(answer, list):
            chosen[index][0].explanations = answer


def load(
    files: Sequence[SourceFile],
    arrival: Arrival,
    *,
    landing: Path,
    archive: Path | None,
    rules: Rules | None = None,
    progress: Progress | None = None,
    before_landing: Callable[[Sequence[WorkbookReport]], None] | None = None,
    batch_id: str | None = None,
) -> LoadReport:
    """Land the accepted forms and all findings of new workbooks as one batch.

    The untouched bytes go to the archive first (None keeps none). The same bytes again, or the
    same rows in re-saved bytes, change nothing. `before_landing` is told what was read, where
    anything will be landed. `batch_id` is as for `write_batch`.
    """
    zone.prepare(landing)
    known, rules = Known(landing), rules or Rules()
    today = arrival.at.astimezone(TOKYO).date()
    timely = Timely(today, None if arrival.again else known)
    rules = replace(rules, checks=(*rules.checks, timely, Twice(known), History(known)))
    with ExitStack() as stack:
        spool = stack.enter_context(Spool(landing))
        intake = _Intake(files, rules, today, known, arrival.again, spool)
        with ExitStack() as keeping:
            intake.archive = keeping.enter_context(Archive(archive)) if archive else None
            intake.read(progress)
        new = intake.new
        reject_duplicates(new)
        # Copies of the same bytes, read with the same outcome, are one submission.
        fresh = {s.submission_id: s for s in new if s.submission_id not in known.ids}
        rows = {
            "submission": [submission_row(s, arrival.by, arrival.reason) for s in fresh.values()],
            "finding": _new_findings(files, intake.books, new, fresh.keys(), landing),
        }
        report = LoadReport(intake.books, notes=_notes(rules, today))
        if fresh or rows["finding"]:
            if before_landing:
                before_landing(intake.books)
            report.batch_id = zone.write_batch(
                landing, arrival.at, rows, _streams(fresh.values(), spool), batch_id
            )
    return report


@dataclass
class _Intake:
    """Readings on their way in. Without `known` (a check) every form is new."""

    files: Sequence[SourceFile]
    rules: Rules
    today: date | None = None
    known: Known | None = None
    again: bool = False
    spool: Spool | None = None
    archive: Archive | None = None
    books: list[WorkbookReport] = field(default_factory=list)
    _opened: list[int] = field(default_factory=list)  # the files that are not refused unopened
    _new: dict[int, list[Submission]] = field(default_factory=dict)

    def read(self, progress: Progress | None) -> None:
        """Read every file and judge each form as it arrives."""
        unopened = sum(1 for source in self.files if source.refused)
        for done, (index, reading) in enumerate(
            read_all(self._contents(), self.rules.layouts), unopened + 1
        ):
            self._take(self._opened[index], reading)
            if progress:
                progress(done, len(self.files))

    @property
    def new(self) -> list[Submission]:
        """The forms that are neither landed nor answered yet, in the order of the files."""
        return [submission for _, new in sorted(self._new.items()) for submission in new]

    def _contents(self) -> Iterator[tuple[str, bytes, str | None]]:
        for index, source in enumerate(self.files):
            name = shown_file(source.name)
            data = _bytes_of(source)
            book = WorkbookReport(name, digest(data), [], [])
            self.books.append(book)
            if self.archive is not None:
                self.archive.keep(book.sha256, data, source.path.suffix)
            if source.refused:
                book.findings = [of_file(name, *source.refused)]
                continue
            self._opened.append(index)
            yield name, data, source.municipality_code

    def _take(self, index: int, reading: Reading) -> None:
        book = self.books[index]
        book.findings = list(reading.findings)
        if kind := looks_personal(self.files[index].name):
            what = f"ファイルの名前に{kind}のような記載があります。"
            book.findings.append(remark(book.file, None, None, what))
        submissions = [
            self._submission(index, form, packed)
            for form, packed in zip(reading.forms, reading.packed, strict=True)
        ]
        self._new[index] = [each for each in submissions if self._is_new(each)]
        for submission in submissions:
            book.findings += submission.form.findings
            packed, submission.packed = submission.packed, None
            if packed and self.spool and submission.report.status == "accepted":
                submission.spooled = self.spool.put(packed)

    def _submission(self, index: int, form: FormReading, packed: Packed) -> Submission:
        book, municipality = self.books[index], self.files[index].municipality_code
        report = SheetReport(
            form.sheet, form.form, form.claim_number, form.fiscal_year, form.as_of, "accepted"
        )
        book.sheets.append(report)
        return Submission(book, form, report, municipality, packed.content_hash, packed)

    def _is_new(self, submission: Submission) -> bool:
        """Judge a form: settle its status (but for duplicates) and its findings."""
        form, known = submission.form, self.known
        if known is not None and self._is_known(submission, known):
            return False
        code = submission.municipality_code
        note_foreign(form, submission.book.file, (code,) if code else self.rules.municipalities)
        for check_form in self.rules.checks:
            form.findings += check_form(submission)
        if self.today is not None:
            waive(submission, self.rules.waivers, self.today)
        if form.rejected:
            submission.report.status = "rejected"
        if known is not None:
            submission.edition = known.times_withdrawn(submission)
            if submission.report.status == "accepted" and known.says_the_same(submission):
                submission.report.status = "unchanged"
        return submission.report.status != "unchanged"

    def _is_known(self, submission: Submission, known: Known) -> bool:
        form = submission.form
        if known.accepted_before(submission):
            # What was accepted once is not judged again, whatever rules came after.
            submission.report.status = "unchanged"
            form.findings = [f for f in form.findings if f.severity != "error"]
        elif known.is_settled(submission):
            submission.set_aside("settled", _SETTLED)
        elif known.was_withdrawn(submission) and not self.again:
            submission.set_aside("withdrawn", _WITHDRAWN)
        return submission.report.status == "unchanged"


_SETTLED = "前に返却したシートです。その後の提出が受理されているため、読み込みませんでした。"
_WITHDRAWN = (
    "取り下げられた提出と同じ内容のため、読み込みませんでした。あらためて提出する場合は、"
    "ファイルを指定し、--reason に理由を書いて mishukin load を実行してください。"
)


def _bytes_of(source: SourceFile) -> bytes:
    """The content of a file; nothing where there is none to read, or none that may be kept.

    Both are then told.
    """
    if source.refused and source.refused[0] in (EXPUNGED, "too_large"):
        return b""
    try:
        return contents(source.path)
    except OSError:
        return b""


def _notes(rules: Rules, today: date | None) -> list[str]:
    return [*rules.notes, *(expired(rules.waivers, today) if today else [])]


def _streams(fresh: Iterable[Submission], spool: Spool) -> zone.Streams:
    """Cells and free text of accepted forms, from the disk one form after the other."""
    kept = [
        (each.submission_id, each.spooled)
        for each in fresh
        if each.report.status == "accepted" and each.spooled is not None
    ]
    return {
        "cell": (cell_columns(name, spool.get(place)[0]) for name, place in kept),
        "narrative": (narrative_columns(name, spool.get(place)[1]) for name, place in kept),
    }


def _new_findings(
    files: Sequence[SourceFile],
    books: Sequence[WorkbookReport],
    submissions: Iterable[Submission],
    fresh: Container[str],
    landing: Path,
) -> list[dict[str, Any]]:
    """Findings of fresh submissions, and those that these bytes have not given before.

    With the submission they belong to, where one exists.
    """
    told = {
        tuple(each[name] for name in _FINDING_KEY)
        for each in zone.table(landing, "finding", _FINDING_KEY)
    }
    ids = {(id(s.book), s.form.sheet): s.submission_id for s in submissions}
    rows = (
        finding.to_json()
        | {
            "file_sha256": book.sha256,
            "municipality_code": source.municipality_code,
            "submission_id": ids.get((id(book), finding.sheet or "")),
        }
        for source, book in zip(files, books, strict=True)
        for finding in book.findings
    )
    return [
        row
        for row in rows
        if row["submission_id"] in fresh or tuple(row[name] for name in _FINDING_KEY) not in told
    ]
