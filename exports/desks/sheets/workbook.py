"""A document as a workbook ready to be printed: page set up, headings repeated, figures numbers."""

import re
from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell as Place
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exports.desks.sheets.model import (
    MISSING,
    WORDS,
    Cell,
    Document,
    Sheet,
    Table,
    Value,
    in_unit,
    placed,
    shown,
)
from exports.press.japanese import places
from exports.press.workbooks import packed
from terms.legible import FORMULA_STARTS

FONT = "BIZ UDPゴシック"

_PAPER = {"a3": 8, "a4": 9}
_FILLS = {"heading": "E6EEF7", "label": "F4F6F9"}
_ACROSS = {"heading": "center", "label": "left", "text": "left", "code": "center"}
_LINES = {"表題": (14, True), "節": (10, True), "本文": (10, False), "注": (9, False)}
_HEIGHTS = {"表題": 26.0, "節": 20.0, "本文": 18.0, "注": 15.0}
_LINE = 13.5  # the height of a line in a cell, in points
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_A_NAME = re.compile(r"[\\/*?:\[\]']")
_LONGEST_NAME = 31


def xlsx_bytes(document: Document) -> bytes:
    """One sheet for each of the document's; the same document, the same bytes; no formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _add_styles(book, document)
    for name, sheet in zip(_names(document.sheets), document.sheets, strict=True):
        page = book.create_sheet(name)
        _fill(page, sheet)
        _set_page(page, document, sheet)
    return packed(book, document.title, document.author, document.issued)


def _fill(page: Worksheet, sheet: Sheet) -> None:
    for n, width in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(n)].width = width
    last, wide = len(sheet.widths), sum(sheet.widths)
    _words(page, 1, last, sheet.title, "表題")
    row = 2
    for line in sheet.lead:
        _words(page, row, last, line, "本文", _lines(line, wide))
        row += 1
    if len(sheet.tables) == 1 and sheet.tables[0].head:
        first = row + bool(sheet.tables[0].caption)
        behind = first + len(sheet.tables[0].head)
        page.print_title_rows = f"{first}:{behind - 1}"
        page.freeze_panes = f"A{behind}"
    for table in sheet.tables:
        row = _table(page, row, sheet, table)
    page.print_area = f"A1:{get_column_letter(last)}{row - 2}"


def _table(page: Worksheet, row: int, sheet: Sheet, table: Table) -> int:
    """Write a table from a row on; the row behind it, its note and a gap."""
    last = len(sheet.widths)
    if table.caption:
        _words(page, row, last, f"{table.caption}{table.says_unit}", "節")
        row += 1
    heights = [1] * len(table.head) + [table.lines] * len(table.body)
    for r, c, cell in placed(table.rows):
        _put(page, row + r, c + 1, cell, table.unit)
        if cell.down == 1:
            wide = sum(sheet.widths[c : c + cell.across])
            heights[r] = max(heights[r], _lines(shown(cell, table.unit, ""), wide))
    for r, lines in enumerate(heights, row):
        page.row_dimensions[r].height = _LINE * lines + 3
    row += len(heights)
    if table.note:
        _words(page, row, last, table.note, "注", _lines(table.note, sum(sheet.widths)))
        row += 1
    page.row_dimensions[row].height = _LINE / 2
    return row + 1


def _put(page: Worksheet, row: int, column: int, cell: Cell, unit: str) -> None:
    style = _style_of(cell)
    for r in range(row, row + cell.down):
        for c in range(column, column + cell.across):
            page.cell(r, c).style = style
    _merge(page, row, column, cell.across, cell.down)
    _write(page.cell(row, column), _value(cell, unit))


def _merge(page: Worksheet, row: int, column: int, across: int, down: int) -> None:
    if across > 1 or down > 1:
        # merge_cells would compose the borders anew, which takes most of the time.
        page.merged_cells.add(
            f"{get_column_letter(column)}{row}:"
            f"{get_column_letter(column + across - 1)}{row + down - 1}"
        )


def _value(cell: Cell, unit: str) -> Value:
    value = in_unit(cell, unit)
    if value is None and cell.kind not in WORDS:
        return MISSING
    return value / 100 if cell.kind == "percent" and isinstance(value, Decimal) else value


def _write(place: Place | MergedCell, value: Value) -> None:
    if isinstance(value, str):
        place.value = _UNPRINTABLE.sub("", value)
        place.data_type = "s"  # never a formula, whatever it begins with
        place.quotePrefix = value.startswith(FORMULA_STARTS)
    else:
        place.value = value


def _words(page: Worksheet, row: int, last: int, words: str, style: str, lines: int = 1) -> None:
    """A line of words over the whole width."""
    place = page.cell(row, 1)
    place.style = style
    _write(place, words)
    _merge(page, row, 1, last, 1)
    page.row_dimensions[row].height = _HEIGHTS[style] * lines


def _lines(words: str, width: float) -> int:
    """How many lines words take in a width (of characters); a Japanese one takes two."""
    return sum(max(1, ceil(places(line) / width)) for line in words.split("\n"))


def _set_page(page: Worksheet, document: Document, sheet: Sheet) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _PAPER[document.paper]
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, sheet.pages
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.5
    page.sheet_view.showGridLines = False
    if page.oddFooter is not None:
        page.oddFooter.left.text = document.running.replace("&", "&&")
        page.oddFooter.right.text = "&P／&N"


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """Names that a spreadsheet takes: short, without what it forbids, each once."""
    names: list[str] = []
    for number, sheet in enumerate(sheets, 1):
        name = _NOT_IN_A_NAME.sub("", _UNPRINTABLE.sub("", sheet.name)).strip()[:_LONGEST_NAME]
        is_free = bool(name) and name.casefold() not in (other.casefold() for other in names)
        names.append(name if is_free else f"{number} {name}"[:_LONGEST_NAME])
    return names


def _decimals(cell: Cell) -> int:
    return -int(cell.value.as_tuple().exponent) if isinstance(cell.value, Decimal) else 0


def _style_of(cell: Cell) -> str:
    return f"{cell.kind}{_decimals(cell)}{'_strong' if cell.strong else ''}"


def _add_styles(book: Workbook, document: Document) -> None:
    """The named styles of the document's cells, and those of titles, captions and notes."""
    for name, (size, is_bold) in _LINES.items():
        book.add_named_style(
            NamedStyle(
                name,
                font=Font(name=FONT, size=size, bold=is_bold),
                alignment=Alignment(vertical="center", wrap_text=True),
            )
        )
    cells = {
        _style_of(cell): cell
        for sheet in document.sheets
        for table in sheet.tables
        for row in table.rows
        for cell in row
    }
    for name, cell in sorted(cells.items()):
        book.add_named_style(_cell_style(name, cell, document.minus_sign))


def _cell_style(name: str, cell: Cell, minus_sign: str) -> NamedStyle:
    thin = Side(style="thin", color="808080")
    style = NamedStyle(
        name,
        font=Font(name=FONT, size=9, bold=cell.strong or cell.kind == "heading"),
        border=Border(left=thin, right=thin, top=thin, bottom=thin),
        alignment=Alignment(
            _ACROSS.get(cell.kind, "right"),
            "center",
            indent=1 if _ACROSS.get(cell.kind) == "left" else 0,
            wrap_text=cell.kind in WORDS,
            shrink_to_fit=cell.kind not in WORDS,
        ),
        number_format=_number_format(cell, minus_sign),
    )
    if cell.kind in _FILLS:
        style.fill = PatternFill("solid", fgColor=_FILLS[cell.kind])
    return style


def _number_format(cell: Cell, minus_sign: str) -> str:
    if cell.kind in WORDS:
        return "@"
    decimals = _decimals(cell)
    digits = "#,##0" + (f".{'0' * decimals}" if decimals > 0 else "")
    if cell.kind == "percent":
        digits += "%"
    return f'{digits};"{minus_sign}"{digits};{digits}'
