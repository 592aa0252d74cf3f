"""What a load or a check says: one report a workbook, one line a form in it."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from ingest.explain import Explanation
from ingest.findings import Finding

Status = Literal["accepted", "partly", "rejected", "unchanged"]

STATUSES: dict[Status, str] = {
    "accepted": "受理",
    "partly": "一部受理",
    "rejected": "返却",
    "unchanged": "変更なし",
}


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
        return asdict(self) | {"as_of": self.as_of.isoformat() if self.as_of else None}


@dataclass
class WorkbookReport:
    """One workbook: its sheets with a form, and every finding."""

    file: str
    sha256: str
    sheets: list[SheetReport]
    findings: list[Finding]
    explanations: list[Explanation] | None = None  # only where they were asked for

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
        """As in the contract: file, sha256, status, sheets, findings; explain if asked for."""
        told = {
            "file": self.file,
            "sha256": self.sha256,
            "status": self.status,
            "sheets": [sheet.to_json() for sheet in self.sheets],
            "findings": [finding.to_json() for finding in self.findings],
        }
        if self.explanations is not None:
            told["explain"] = [asdict(explanation) for explanation in self.explanations]
        return told


@dataclass
class LoadReport:
    """All workbooks of one load, in the order given; `batch_id` is None when nothing was new.

    `notes` are for the data team and belong to no workbook.
    """

    workbooks: list[WorkbookReport] = field(default_factory=list)
    batch_id: str | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        """Whether any workbook or sheet was rejected."""
        return any(book.status in ("partly", "rejected") for book in self.workbooks)
