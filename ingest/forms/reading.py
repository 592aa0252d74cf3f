"""What reading one sheet gives: the form's header, its typed cells, free text and findings."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ingest import text
from ingest.findings import Finding
from ingest.values import Value

# The block of cells whose item tells their dimensions as JSON.
FIGURE = "figure"
WHOLE_CITY = "全市"  # the subject of a form that speaks of all claims
PART_NAMES = {"prior": "過年度", "current": "現年度", "total": "合計"}


class CellValue(NamedTuple):
    """One typed cell. `number`: yen for money, else a count; `text`: anything that is no integer.

    A rate is the text of its percentage (73.6). `fiscal_year`: of a column that speaks of a year.
    """

    block: str
    item: str
    measure: str
    cell: str
    number: int | None = None
    text: str | None = None
    fiscal_year: int | None = None


@dataclass(slots=True)
class FormReading:
    """One form on one sheet: its header, typed cells, free text and findings.

    `subject`: what it speaks of beside its period; a later form on the same subject and period
    replaces it.
    """

    sheet: str
    form: str
    layout_version: str
    unit_yen: int
    subject: str | None = None
    claim_number: str | None = None
    claim_name: str | None = None
    claim_classes: str | None = None
    department: str | None = None
    section: str | None = None
    fiscal_year: int | None = None
    as_of: date | None = None
    drawn_for: str | None = None  # the municipality that the template's mark names
    places: dict[str, str] = field(default_factory=dict)  # header entry, mark → A1 address
    cells: list[CellValue] = field(default_factory=list)
    narrative: list[CellValue] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def period(self) -> str | None:
        """The reference date it speaks of, or the fiscal year."""
        if self.as_of:
            return self.as_of.isoformat()
        return str(self.fiscal_year) if self.fiscal_year else None

    @property
    def rejected(self) -> bool:
        """An error rejects the sheet, a warning does not."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def is_unused(self) -> bool:
        """Whether nobody has filled in the form: it was read, names no claim and holds nothing."""
        named = self.claim_number or self.claim_name or self.narrative
        told = {f.rule for f in self.findings if f.severity == "error"}
        filled = any(cell.number or cell.text for cell in self.cells)
        return bool(self.cells) and not named and not filled and told <= {"header_value"}


def class_codes(value: Value) -> str:
    """債権区分 as a form lands it: enforceable,private. Raises `Unreadable`."""
    return ",".join(text.claim_classes(value))


def show(yen: int, unit_yen: int) -> str:
    """An amount in the form's unit, as messages print it."""
    whole, rest = divmod(abs(yen), unit_yen)
    tail = f".{rest:0{len(str(unit_yen)) - 1}d}".rstrip("0") if rest else ""
    return f"{'▲' if yen < 0 else ''}{whole:,}{tail}"


def most_common(places: Iterable[int]) -> int | None:
    """The row, or column, that occurs most often (the first one of equals)."""
    return next((each for each, _ in Counter(places).most_common(1)), None)
