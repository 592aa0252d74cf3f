"""Makes the annotated copy of a submitted workbook, in the worker process: it is opened here.

What could act or lead outside is left behind: external links, connections, names, pivots, macros,
hyperlinks, and formulas that are more than arithmetic and plain functions (their value stays).
"""

import re
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, time, timedelta
from io import BytesIO
from math import log10
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from ingest.addresses import address, place
from ingest.findings import RULES, SEVERITIES, Finding, Severity
from ingest.personal import shown_sheets
from ingest.returned.answer import Answer
from ingest.returned.cover import (
    COPY,
    FILLS,
    INKS,
    MARKS,
    ONLY_LIST,
    PICTURES,
    PLAIN_COPY,
    columns_of,
    draw_cover,
    is_cover,
    plain,
    write_text,
)
from ingest.returned.formulas import is_plain
from ingest.templates.book import Result, settled
from ingest.values import Doubt, Shown, Value
from ingest.workbook import Sheet, sheets_of
from ingest.workbook.container import Package
from ingest.workbook.xlsx_styles import is_yellow_colour

AUTHOR = "未収金ウェアハウス"
# The stubs of openpyxl do not know what its objects keep to themselves.
Book = Any
Page = Any
PageCell = Any
Texts = Mapping[tuple[int, int], str]
_BORDERS: Mapping[Severity, Literal["medium", "mediumDashed"]] = {
    "error": "medium",
    "warning": "mediumDashed",
}
_STRICT = b"http://purl.oclc.org/ooxml/"
_LOOKS = frozenset({"not_as_seen", "struck_out"})
_LOOKS_OR_LOST = _LOOKS | {"uncached_formula"}  # values alone: the formula itself is not copied
_WIDEST = 20  # longer texts run into the empty cells beside them
_LARGEST_MERGE = 10_000  # cells: a merged area beyond it is a trap for whoever opens the copy


@dataclass(frozen=True)
class Task:
    """The copy that is wanted; `formatted` False: the values only."""

    answer: Answer
    formatted: bool = True


def annotated(data: bytes, task: Task) -> bytes:
    """The copy of a workbook as .xlsx, its faulty cells marked, the findings in front.

    Raises WorkbookRefused, or whatever openpyxl stumbles over.
    """
    sheets = {sheet.name: sheet for sheet in sheets_of(data)}
    shown = shown_sheets(sheets)
    is_whole = task.formatted and _can_be_copied(data)
    asked = {
        name: _asked_back(sheet, shown[name], task.answer, _LOOKS if is_whole else _LOOKS_OR_LOST)
        for name, sheet in sheets.items()
        if name in shown
    }
    remarks = [COPY, *([MARKS] if any(f.cell for f in task.answer.findings) else [])]
    if is_whole:
        book = _harmless(data, sheets, asked)
        remarks += [PICTURES] if _has_pictures(data) else []
        titles = {title: title for title in book.sheetnames}
    else:
        book, titles = _values_only(sheets, asked)
        remarks.append(PLAIN_COPY)
    of_shown = {shown[name]: title for name, title in titles.items() if name in shown}
    places = {}
    for finding in task.answer.findings:
        title = of_shown.get(finding.sheet or "")
        if title is not None:
            places[finding] = (title, finding.cell or "A1")
    _mark(book, places)
    draw_cover(book, task.answer, places, remarks)
    return _saved(book, {titles[name]: sheets[name] for name in sheets if name in titles})


def only_findings(answer: Answer) -> bytes:
    """A workbook with nothing but the first sheet, for a file that cannot be copied."""
    book = _empty_book()
    draw_cover(book, answer, {}, [ONLY_LIST])
    return _saved(book, {})


def _empty_book() -> Book:
    book: Book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    book.properties = DocumentProperties(creator=AUTHOR)
    return book


def _can_be_copied(data: bytes) -> bool:
    """Whether openpyxl reads it; of a workbook in the strict form it reads no cell."""
    workbook = Package(data).read("xl/workbook.xml") if data.startswith(b"PK") else b""
    return bool(workbook) and _STRICT not in workbook


def _has_pictures(data: bytes) -> bool:
    parts = (entry.filename.lower() for entry in Package(data).entries)
    return any(part.startswith(("xl/charts/", "xl/media/", "xl/diagrams/")) for part in parts)


def _asked_back(sheet: Sheet, shown: str, answer: Answer, rules: Set[str]) -> Texts:
    """What the copy says in cells that were asked back by these rules.

    Marking would take the looks away, and the copy would make certain what is not.
    """
    told = {
        place(f.cell) for f in answer.findings if f.sheet == shown and f.cell and f.rule in rules
    }
    return {
        where: f"要確認（{value.seen if value.stored is None else value.stored}）"
        for where, value in sheet.filled.items()
        if isinstance(value, Doubt) and where in told
    }


def _harmless(data: bytes, sheets: Mapping[str, Sheet], asked: Mapping[str, Texts]) -> Book:
    """The workbook as openpyxl reads it, without what acts by itself or leads outside."""
    with _merged_as_they_are():
        book: Book = openpyxl.load_workbook(BytesIO(data), keep_vba=False, keep_links=False)
    for sheet in [*book.chartsheets, *filter(is_cover, book.worksheets)]:
        book.remove(sheet)
    book.properties = DocumentProperties(creator=AUTHOR)
    book.custom_doc_props.props.clear()
    book.calculation = CalcProperties(fullCalcOnLoad=False)  # results stay as they were saved
    book.defined_names.clear()
    if b"r:" in (book.loaded_theme or b""):
        book.loaded_theme = None  # it refers to parts that are not copied
    for sheet in book.worksheets:
        sheet.defined_names.clear()
        sheet.print_area = None
        sheet.print_title_rows = sheet.print_title_cols = None
        sheet._charts, sheet._images, sheet._pivots = [], [], []
        sheet._tables.clear()
        sheet.merged_cells.ranges = {
            area
            for area in sheet.merged_cells.ranges
            if area.size["rows"] * area.size["columns"] <= _LARGEST_MERGE
        }
        sheet.conditional_formatting = ConditionalFormattingList()
        validations = sheet.data_validations
        validations.dataValidation = [
            each
            for each in validations.dataValidation
            if all(not f or is_plain(f"={f}") for f in (each.formula1, each.formula2))
        ]
        values = sheets[sheet.title].filled if sheet.title in sheets else {}
        for cell in list(sheet._cells.values()):
            _disarm(cell, values)
        _write_asked(sheet, asked.get(sheet.title, {}))
    return book


@contextmanager
def _merged_as_they_are() -> Iterator[None]:
    """Let merged cells keep their own styles.

    openpyxl drops these and composes the borders anew, which takes half the time of a copy.
    """
    worksheet: Any = Worksheet
    composing = worksheet._clean_merge_range
    worksheet._clean_merge_range = _merge
    try:
        yield
    finally:
        worksheet._clean_merge_range = composing


def _merge(sheet: Page, area: Page) -> None:
    covered = [
        (row, column)
        for row, column in sheet._cells
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col
    ]
    for row, column in covered:
        if (row, column) != (area.min_row, area.min_col):
            merged: PageCell = MergedCell(sheet, row, column)
            merged._style = sheet._cells[row, column]._style
            sheet._cells[row, column] = merged


def _write_asked(sheet: Page, asked: Texts) -> None:
    """Write what is asked back; what lay below merged cells shows again."""
    for (row, column), text in asked.items():
        cell = sheet._cells.get((row + 1, column + 1))
        if cell is None or isinstance(cell, MergedCell):
            sheet.merged_cells.ranges = {
                area for area in sheet.merged_cells.ranges if address(row, column) not in area
            }
            cell = sheet._cells[row + 1, column + 1] = Cell(sheet, row + 1, column + 1)
        write_text(cell, text)


def _disarm(cell: PageCell, values: Mapping[tuple[int, int], Value]) -> None:
    if isinstance(cell, MergedCell):
        return
    cell.hyperlink = None
    if cell.comment is not None and cell.comment.author == AUTHOR:
        cell.comment = None  # from the last time it was returned
        cell.fill = cell.fill if _is_yellow(cell) else PatternFill()
        cell.border = Border()
    seen = values.get((cell.row - 1, cell.column - 1))
    if cell.data_type == "f":
        if not (isinstance(cell.value, str) and is_plain(cell.value)):
            _write_value(cell, seen)
    elif isinstance(cell.value, str) and isinstance(seen, str) and cell.value != seen:
        write_text(cell, seen)  # openpyxl forgets that a part of the text is struck out


def _write_value(cell: Cell, value: Value) -> None:
    if isinstance(value, Doubt):
        _write_value(cell, value.stored)
    elif isinstance(value, str):
        write_text(cell, value)
    elif isinstance(value, timedelta):
        write_text(cell, str(value))
    else:
        cell.value = value


def _values_only(
    sheets: Mapping[str, Sheet], asked: Mapping[str, Texts]
) -> tuple[Book, dict[str, str]]:
    """A new workbook with the values at their addresses; and name of a sheet → its title there."""
    book = _empty_book()
    titles = {}
    for name, source in sheets.items():
        safe = re.sub(r"[\\/*?:\[\]]", "_", plain(name)).strip("'")[:31] or "シート"
        sheet = book.create_sheet(safe)
        titles[name] = sheet.title
        sheet.sheet_state = "visible" if source.visible else "hidden"
        widths: dict[int, int] = {}
        for (row, column), value in {**source.filled, **asked.get(name, {})}.items():
            cell = sheet.cell(row + 1, column + 1)
            _write_value(cell, value)
            shown = str(value)
            if isinstance(value, int | float) and not isinstance(value, bool):
                cell.number_format = _format_of(value)
                shown = f"{value:,.3f}"
            width = 2 + max(map(columns_of, shown.split("\n")))
            widths[column] = max(widths.get(column, 9), width if width <= _WIDEST else 9)
        for column, width in widths.items():
            sheet.column_dimensions[address(0, column)[:-1]].width = width
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return book, titles


def _format_of(value: float) -> str:
    """A number format that shows a number as it was shown."""
    if not isinstance(value, Shown):
        return "#,##0.###" if value % 1 else "#,##0"
    decimals = f".{'0' * value.decimals}" if value.decimals else ""
    thousands = "," * round(log10(value.scale) / 3)
    return f"#,##0{decimals}{thousands}{'%' if value.is_percent else ''}"


def _mark(book: Book, places: Mapping[Finding, tuple[str, str]]) -> None:
    """Colour, frame and comment each faulty cell once, by its gravest finding."""
    at: dict[tuple[str, str], list[Finding]] = {}
    for finding, (title, cell) in places.items():
        if finding.cell and finding.severity in _BORDERS:
            at.setdefault((title, _anchor(book[title], cell)), []).append(finding)
    for (title, where), findings in at.items():
        findings.sort(key=lambda finding: finding.severity != "error")
        _mark_cell(book[title], book[title][where], findings)


def _anchor(sheet: Page, cell: str) -> str:
    """The cell that shows: of merged ones, the first."""
    at = CellRange(cell)
    merged = next((area for area in sheet.merged_cells.ranges if area.issuperset(at)), None)
    return address(merged.min_row - 1, merged.min_col - 1) if merged else cell


def _mark_cell(sheet: Page, cell: PageCell, findings: list[Finding]) -> None:
    gravest = findings[0].severity
    if not _is_yellow(cell):  # yellow says that a difference comes of rounding
        cell.fill = PatternFill("solid", fgColor=FILLS[gravest])
    edge = Side(style=_BORDERS[gravest], color=INKS[gravest])
    cell.border = Border(edge, edge, edge, edge)
    said = "\n\n".join(map(_said, findings))
    if cell.comment is not None:
        said += f"\n\n――\n{plain(cell.comment.text)}"
    lines = sum(1 + columns_of(line) // 44 for line in said.split("\n"))
    cell.comment = Comment(said, AUTHOR, height=min(600, 22 * lines + 14), width=330)


def _said(finding: Finding) -> str:
    lines = [f"【{SEVERITIES[finding.severity]}】{RULES[finding.rule]}", finding.message]
    if finding.expected and finding.expected not in finding.message:
        lines.append(f"あるべき内容: {finding.expected}")
    return plain("\n".join(lines))


def _is_yellow(cell: Cell) -> bool:
    colour = cell.fill.fgColor
    if cell.fill.patternType != "solid" or colour is None:
        return False
    with suppress(TypeError, ValueError):
        said = {str(colour.type): str(colour.value), "tint": str(colour.tint)}
        return is_yellow_colour(said)
    return False


def _saved(book: Book, sources: Mapping[str, Sheet]) -> bytes:
    """The bytes, the same every time; formulas keep the results that they were saved with.

    `sources`: title of a sheet → the submitted sheet.
    """
    results = [
        _results(sheet, sources[sheet.title]) if sheet.title in sources else {}
        for sheet in book.worksheets
    ]
    drawn = BytesIO()
    with ZipFile(drawn, "w", ZIP_DEFLATED) as archive:
        _InMemory(book, archive).write_data()
    return settled(drawn, results)


def _results(sheet: Page, source: Sheet) -> dict[str, Result]:
    found: dict[str, Result] = {}
    for cell in sheet._cells.values():
        if cell.data_type != "f":
            continue
        value = source.filled.get((cell.row - 1, cell.column - 1))
        if isinstance(value, Doubt):
            value = value.stored
        if isinstance(value, date | time):
            value = to_excel(value)  # type: ignore[no-untyped-call]
        if isinstance(value, str):
            value = plain(value)
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            found[cell.coordinate] = value
    return found


class _InMemory(ExcelWriter):
    """Writes sheets without the temporary files that a process without files cannot make."""

    _archive: ZipFile

    def write_worksheet(self, ws: Page) -> None:
        ws._drawing = SpreadsheetDrawing()
        content = BytesIO()
        writer: Any = WorksheetWriter(ws, out=content)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], content.getvalue())
        self.manifest.append(ws)
