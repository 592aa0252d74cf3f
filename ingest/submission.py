"""A form on its way in: where it came from, what it says, and its rows in the landing zone."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.findings import Finding
from ingest.forms.reading import CellValue, FormReading
from ingest.reports import SheetReport, WorkbookReport


@dataclass
class Submission:
    """A form on its way in: where it came from, what it is, what becomes of it.

    `edition`: how often these bytes were withdrawn and are taken again. `spooled`: where the
    cells lie while others are read; the form itself has none then.
    """

    book: WorkbookReport
    form: FormReading
    report: SheetReport
    municipality_code: str | None
    edition: int = 0
    spooled: int | None = None

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
        return (self.municipality_code, form.form, form.subject, form.period)

    @cached_property
    def content_hash(self) -> str:
        """Equal when a department says the same, however the workbook was saved or laid out.

        To be asked for while the form has its cells.
        """
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
        cells = sorted(
            (c.block, c.item, c.measure, c.fiscal_year or 0, c.number, c.text or "")
            for c in form.cells
        )
        words = sorted((c.block, c.item, c.measure, c.text or "") for c in form.narrative)
        return digest(json.dumps([header, cells, words], ensure_ascii=False).encode())

    def set_aside(self, note: Finding) -> None:
        """The sheet changes nothing; the note says why instead of what is wrong with it."""
        self.report.status = "unchanged"
        self.form.findings = [note]


# Asked of every form that is new, with its cells at hand and before it is accepted or rejected.
Check = Callable[[Submission], Iterable[Finding]]


def claim_of(row: Mapping[str, Any]) -> tuple[object, ...]:
    """The claim of a landed submission, as `Submission.claim`."""
    return (row["municipality_code"], row["form"], row["subject"], row["period"])


def source_of(row: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """The source of a landed submission, as `Submission.source`."""
    return (row["file_sha256"], row["sheet"], row["municipality_code"])


def submission_row(
    submission: Submission, received_from: str | None, reason: str | None
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
        "subject": form.subject,
        "period": form.period,
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


def cell_row(submission_id: str, cell: CellValue) -> dict[str, Any]:
    return {
        "submission_id": submission_id,
        "block": cell.block,
        "item": cell.item,
        "measure": cell.measure,
        "cell": cell.cell,
        "number": cell.number,
        "text": cell.text,
        "fiscal_year": cell.fiscal_year,
    }


def narrative_row(submission_id: str, cell: CellValue) -> dict[str, Any]:
    return {
        "submission_id": submission_id,
        "part": f"{cell.block}/{cell.measure}",
        "item": cell.item,
        "cell": cell.cell,
        "text": cell.text,
    }


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
