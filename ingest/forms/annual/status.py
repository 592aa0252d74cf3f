"""Section 3: 件数 and 残高 by class ①–⑯, as the table has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.addresses import address
from ingest.forms.annual.classes import circled, find_classes, find_code_row
from ingest.forms.annual.sections import Sections, part_labels
from ingest.forms.page import Page
from ingest.forms.reading import PART_NAMES
from ingest.forms.tables.columns import Table, note_untaken
from ingest.text import bare, key
from ingest.workbook import Place

PARTS = ("prior", "current")

Key = tuple[str, str]  # part and measure: one row of the table


@dataclass(frozen=True)
class Line:
    """A row of section 3: code → value. One that is illegible proves nothing about others."""

    part: str
    measure: str
    row: int
    values: Mapping[str, int]
    is_legible: bool

    @property
    def is_money(self) -> bool:
        """Whether it holds amounts, in yen; else 件数."""
        return self.measure == "balance"

    @property
    def title(self) -> str:
        """How messages name its part: 過年度."""
        return PART_NAMES[self.part]

    @property
    def total(self) -> int:
        """The sum of all classes."""
        return sum(self.values.values())


@dataclass(frozen=True)
class Status:
    """Section 3. `columns`: class, subtotal or total → column; `rows`: those of the table."""

    page: Page
    columns: Mapping[str, int]
    lines: dict[Key, Line]
    rows: range

    def total(self, measure: str) -> int:
        """件数 or 残高 of all classes and both parts."""
        return sum(line.total for line in self._of(measure))

    def is_legible(self, measure: str) -> bool:
        """Whether every 件数, or every 残高, could be read."""
        return all(line.is_legible for line in self._of(measure))

    def cells(self, measure: str) -> str:
        """The classes' cells that hold 件数, or 残高: D24・H24・D26."""
        filled = ((line, (c for c, v in line.values.items() if v)) for line in self._of(measure))
        return "・".join(cells for line, codes in filled if (cells := self.addresses(line, codes)))

    def _of(self, measure: str) -> list[Line]:
        return [line for line in self.lines.values() if line.measure == measure]

    def beside(self, line: Line) -> Line | None:
        """The 残高 of the same part as 件数, and the other way round."""
        return self.lines.get((line.part, "cases" if line.is_money else "balance"))

    def place(self, line: Line, name: str) -> Place | None:
        """Where a line has a class, a subtotal or the total."""
        return (line.row, self.columns[name]) if name in self.columns else None

    def addresses(self, line: Line, names: Iterable[str]) -> str:
        """The cells of some classes or sums of a line: D24・H24."""
        return "・".join(address(line.row, self.columns[name]) for name in names)

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell belongs to the table: its headings, row labels or figures."""
        return row in self.rows and column <= max(self.columns.values())

    def land(self) -> None:
        """Take every figure of a class; sums are computed."""
        for line in self.lines.values():
            for code, value in line.values.items():
                place, item = (line.row, self.columns[code]), f"{line.part}/{code}"
                self.page.land("status", item, line.measure, place, value)


def read_status(page: Page, sections: Sections) -> Status | None:
    """Section 3, or None (noted) when its table is not there."""
    rows = sections.rows("status") or range(page.sheet.bottom)
    code_row = find_code_row(page, rows)
    table = find_classes(page, code_row) if code_row is not None else None
    if not table:
        page.note_missing_table(
            "「３．未収金実績の状況」の表の見出し(①～⑯)", "① 督促状未送付 ～ ⑯ 消滅時効期間経過"
        )
        return None
    places, last = _places(page, table, rows)
    note_untaken(page, table, places.values())
    lines = {each: _line(page, table, *each, row) for each, row in places.items()}
    return Status(page, table.columns, lines, range(table.label_row - 1, last + 1))


def _line(page: Page, table: Table, part: str, measure: str, row: int) -> Line:
    read, errors = page.amount if measure == "balance" else page.count, page.errors
    values = {
        c.name: read(row, table.columns[c.name], f"{circled(c.name)} {c.title}")
        for c in page.layout.status_columns
        if c.name in table.columns
    }
    return Line(part, measure, row, values, page.errors == errors)


def _places(page: Page, table: Table, rows: range) -> tuple[dict[Key, int], int]:
    """The rows of 件数 and 残高 by part, and the last row of the table.

    A merged label names its part, or its measure, for the rows below it too.
    """
    parts, measures = part_labels(page), page.layout.spec["status"]["measures"]
    places: dict[Key, int] = {}
    part = above = None
    last = table.label_row
    for r in range(table.first_row, rows.stop):
        written = (page.value(r, c) for c in range(page.sheet.left, table.left))
        labels = [key(v) for v in written if isinstance(v, str)]
        if any("決算見込における" in k for k in labels):
            break
        named = next((name for k in labels if (name := _part(k, parts))), None)
        part = named or part
        measure = next((name for k in labels if (name := _measure(k, parts, measures))), None)
        above = measure or above
        filled = any(page.value(r, c) is not None for c in table.columns.values())
        if measure is None and named and filled:
            measure = above
        if measure and part:
            places.setdefault((part, measure), r)
            last = r
    for wanted in [(p, m) for p in PARTS for m in measures]:
        if wanted not in places:
            _note_missing(page, wanted, _expected_place(page, table, places, wanted))
    return {place: row for place, row in places.items() if place[0] in PARTS}, last


def _note_missing(page: Page, wanted: Key, place: Place) -> None:
    part = page.layout.spec["parts"][wanted[0]][0]
    measure = page.layout.spec["status"]["measures"][wanted[1]][0]
    page.error(
        "missing_row",
        place,
        f"「３．」の表に{part}の「{measure}」の行が見当たりません。"
        "行を削らず、行の名前を元の様式のとおりに戻してください。",
        found=None,
        expected=f"{part} {measure}",
    )


def _expected_place(page: Page, table: Table, places: Mapping[Key, int], wanted: Key) -> Place:
    """Where a missing row should be: 残高 below 件数, 現年度 below 過年度."""
    part, measure = wanted
    beside = places.get((part, "balance" if measure == "cases" else "cases"))
    if beside is not None:
        row = beside + (1 if measure == "balance" else -1)
    elif part == "current" and ("prior", "balance") in places:
        row = places["prior", "balance"] + 1
    else:
        row = table.first_row + 1  # the names of the classes stand between
    at = (r for r in (beside, row) if r is not None)
    labels = [[c for c in range(page.sheet.left, table.left) if page.value(r, c)] for r in at]
    found = next((line for line in labels if line), [page.sheet.left])
    return row, found[0] if beside is None else found[-1]


def _part(label: str, parts: Mapping[str, str]) -> str | None:
    """The part that a row label begins with: 過年度分(滞納繰越分), 現年度件数."""
    begun = [k for k in parts if label.startswith(k)]
    return parts[max(begun, key=len)] if begun else None


def _measure(label: str, parts: Mapping[str, str], measures: Mapping[str, list[str]]) -> str | None:
    rests = {bare(label).removeprefix(p) for p in ("", *parts)}
    return next(
        (
            name
            for name, words in measures.items()
            if any(rest.endswith(key(w)) for rest in rests for w in words)
        ),
        None,
    )
