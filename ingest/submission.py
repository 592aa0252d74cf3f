"""A form on its way in: where it came from, what it says, and its rows in the landing zone."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.findings import Finding, Severity, place_of
from ingest.forms.reading import CellValue, FormReading
from ingest.landing import SCHEMAS, STAMP, Columns
from ingest.names import name_key
from ingest.packed import Packed, unpack
from ingest.reports import SheetReport, WorkbookReport


@dataclass
class Submission:
    """A form on its way in: where it came from, what it is, what becomes of it.

    The form has left its cells in `packed`, and these go to the disk (`spooled`: where) once the
    form is judged. `edition`: how often these bytes were withdrawn and are taken again.
    """

    book: WorkbookReport
    form: FormReading
    report: SheetReport
    municipality_code: str | None
    content_hash: str
    packed: Packed | None = None
    spooled: tuple[int, int] | None = None
    edition: int = 0

    @property
    def source(self) -> tuple[str, str, str | None]:
        """The bytes, the sheet and the municipality: what came in, whatever becomes of it."""
        return (self.book.sha256, self.form.sheet, self.municipality_code)

    @property
    def submission_id(self) -> str:
        """The same bytes, read with the same outcome, are the same submission."""
        parts: tuple[object, ...] = (*self.source, self.report.status)
        if self.edition:
            parts += (self.edition,)
        return digest(repr(parts).encode())[:16]

    @property
    def claim(self) -> tuple[object, ...]:
        """What the form speaks of: only one answer may be in force."""
        form = self.form
        return (self.municipality_code, form.form, _compared(form.subject), form.period)

    @property
    def claims_reported(self) -> Mapping[str, str]:
        """Claim number → its cell, of the rows of a balance report; no other form has them."""
        rows = "claim_number "
        return {
            name.removeprefix(rows): cell
            for name, cell in self.form.places.items()
            if name.startswith(rows)
        }

    @property
    def cells(self) -> Sequence[CellValue]:
        """The typed cells, while the form is judged."""
        return unpack(self.packed.data)[0] if self.packed else ()

    @property
    def place(self) -> str:
        """The form as messages say where it stands."""
        return place_of(self.book.file, self.form.sheet)

    def finding(
        self,
        severity: Severity,
        rule: str,
        cell: str | None,
        message: str,
        *,
        found: str | None = None,
        expected: str | None = None,
    ) -> Finding:
        """A finding on the form, at a cell or for the whole sheet."""
        return Finding(
            self.book.file, self.form.sheet, cell, rule, severity, found, expected, message
        )

    def set_aside(self, rule: str, why: str) -> None:
        """The sheet changes nothing; it is said why, instead of what is wrong with it."""
        self.report.status = "unchanged"
        self.form.findings = [self.finding("info", rule, None, why)]

    def reject(self, finding: Finding) -> None:
        """Turn the form away for what shows only beside the others."""
        self.report.status = "rejected"
        self.form.findings.append(finding)
        self.book.findings.append(finding)


# Asked of every form that is new, with its cells at hand and before it is accepted or rejected.
Check = Callable[[Submission], Iterable[Finding]]


def claim_of(row: Mapping[str, Any]) -> tuple[object, ...]:
    """The claim of a landed submission, as `Submission.claim`."""
    return (row["municipality_code"], row["form"], _compared(row["subject"]), row["period"])


def _compared(subject: str | None) -> str | None:
    """A department or claim that is written otherwise, but looks alike, is the same."""
    return None if subject is None else name_key(subject)


def source_of(row: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """The source of a landed submission, as `Submission.source`."""
    return (row["file_sha256"], row["sheet"], row["municipality_code"])


def submission_row(
    submission: Submission, received_from: str | None, reason: str | None
) -> dict[str, Any]:
    """The row of `submission` in the landing zone, but for what `write_batch` adds to it."""
    form = submission.form
    told = {
        "submission_id": submission.submission_id,
        "received_from": received_from,
        "reason": reason,
        "municipality_code": submission.municipality_code,
        "file": submission.book.file,
        "file_sha256": submission.book.sha256,
        "status": submission.report.status,
        "content_hash": submission.content_hash,
    }
    names = (name for name in SCHEMAS["submission"] if name not in STAMP)
    return {name: told[name] if name in told else getattr(form, name) for name in names}


def cell_columns(submission_id: str, cells: Sequence[CellValue]) -> Columns:
    """The rows of `cell` in the landing zone, column by column."""
    columns = zip(*cells, strict=True)
    return {
        "submission_id": [submission_id] * len(cells),
        **dict(zip(CellValue._fields, columns, strict=False)),
    }


def narrative_columns(submission_id: str, cells: Sequence[CellValue]) -> Columns:
    """The rows of `narrative` in the landing zone, column by column."""
    return {
        "submission_id": [submission_id] * len(cells),
        "part": [f"{cell.block}/{cell.measure}" for cell in cells],
        "item": [cell.item for cell in cells],
        "cell": [cell.cell for cell in cells],
        "text": [cell.text for cell in cells],
    }


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
