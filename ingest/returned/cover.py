"""The first sheet of a returned workbook: what became of it, what to do, and every finding."""

import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import cast
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ingest.findings import ANSWERED, Finding, Severity
from ingest.returned.answer import HEADINGS, Answer, cells_of, moment

TITLE = "確認結果"
COPY = (
    "提出されたブックは変えていません。訂正は元のブックとこの写しのどちらにしても構いません"
    "(シート「確認結果」は付いたままで結構です)。"
)
ONLY_LIST = "写しを付けられないため、この一覧だけをお返しします。提出されたブックは変えていません。"
PLAIN_COPY = "写しは値だけです(書式は写していません)。元と同じ位置に同じ値があります。"
PICTURES = "写しには図・グラフが含まれないことがあります。"
MARKS = (
    "直すセルには色と枠とコメントを付けました"
    "(エラーは桃色と実線の枠、警告は藤色と破線の枠)。セルの番地を押すと、その場所へ移ります。"
)

# Neither colour may be a yellow, which excuses a rounding, or the blue of an input cell.
FILLS: Mapping[Severity, str] = {"error": "FFC7CE", "warning": "E4D7F5", "info": "F2F2F2"}
INKS: Mapping[Severity, str] = {"error": "9C0006", "warning": "5B3A8C", "info": "404040"}
FONT = "游ゴシック"
_WIDTHS = (9, 18, 9, 18, 26, 26, 66)
_LINE = 15.0  # points
_LONGEST = 30_000  # a cell holds 32,767 characters
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def draw_cover(
    book: Workbook,
    answer: Answer,
    places: Mapping[Finding, tuple[str, str]],
    remarks: Sequence[str],
) -> None:
    """Add the sheet in front. `places`: finding → (title of its sheet in `book`, address)."""
    sheet = book.create_sheet(_free_title(book), 0)
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    top = _summary(sheet, answer, remarks)
    edge = Side(style="thin", color="808080")
    for column, heading in enumerate(HEADINGS, 1):
        cell = _write(sheet, top, column, heading, bold=True, colour="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="44546A")
        cell.alignment = Alignment("center", "center")
        cell.border = Border(edge, edge, edge, edge)
    sheet.row_dimensions[top].height = 20
    for row, finding in enumerate(answer.in_order, top + 1):
        _line(sheet, row, finding, places.get(finding))
    sheet.freeze_panes = f"A{top + 1}"
    _page(sheet, top)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def is_cover(sheet: Worksheet) -> bool:
    """Whether a sheet is the first sheet of a workbook returned before."""
    return str(sheet["A1"].value).startswith(TITLE) and sheet["A2"].value == ANSWERED


def plain(text: str) -> str:
    """Text as a cell can hold it: not endless, and control characters show that they were there."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r", ""))[:_LONGEST]


def write_text(cell: Cell, text: str) -> None:
    """Put text into a cell; whatever it begins with, it never becomes a formula."""
    cell.value = plain(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def _free_title(book: Workbook) -> str:
    taken = {title.casefold() for title in book.sheetnames}
    number = 1
    while (title := f"{TITLE}({number})" if number > 1 else TITLE) in taken:
        number += 1
    return title


def _summary(sheet: Worksheet, answer: Answer, remarks: Sequence[str]) -> int:
    """Write the lines above the table; returns the row of its headings."""
    sheets = [f"{sheet}({what}) … {outcome}" for sheet, what, outcome in answer.sheets]
    steps = "\n".join(f"{n}. {step}" for n, step in enumerate(answer.next_steps, 1))
    lines = [
        ("ファイル", answer.file),
        ("受付", moment(answer.received_at) if answer.received_at else ""),
        ("シート", "\n".join(sheets)),
        ("次にすること", steps),
        ("写しについて", "\n".join(remarks)),
    ]
    lines = [(label, words) for label, words in lines if words]
    outcome = " ".join(filter(None, [answer.outcome, answer.counts]))
    title = _write(sheet, 1, 1, f"{TITLE}　{outcome}", bold=True, size=16)
    title.alignment = Alignment(vertical="center")
    sheet.row_dimensions[1].height = 30
    _write(sheet, 2, 1, ANSWERED).alignment = Alignment(vertical="center")
    for row, (label, words) in enumerate(lines, 3):
        _write(sheet, row, 1, label, bold=True, colour="44546A")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        _write(sheet, row, 3, words)
        sheet.merge_cells(start_row=row, end_row=row, start_column=3, end_column=7)
        sheet.row_dimensions[row].height = _height([(words, sum(_WIDTHS[2:]))])
    return 3 + len(lines) + 1


def _line(sheet: Worksheet, row: int, finding: Finding, place: tuple[str, str] | None) -> None:
    said = cells_of(finding)
    edge = Side(style="thin", color="BFBFBF")
    for column, words in enumerate(said, 1):
        cell = _write(sheet, row, column, words)
        cell.alignment = Alignment("left", "center", wrap_text=True, indent=1)
        cell.border = Border(edge, edge, edge, edge)
    first, at = sheet.cell(row, 1), sheet.cell(row, 3)
    first.font = Font(name=FONT, size=10, bold=True, color=INKS[finding.severity])
    first.fill = PatternFill("solid", fgColor=FILLS[finding.severity])
    first.alignment = at.alignment = Alignment("center", "center", wrap_text=True)
    if place:
        title, address = place
        name = title.replace("'", "''")
        at.hyperlink = Hyperlink(ref=at.coordinate, location=f"'{name}'!{address}")
        at.font = Font(name=FONT, size=10, underline="single", color="0017C1")
    sheet.row_dimensions[row].height = _height(list(zip(said, _WIDTHS, strict=True)))


def _write(
    sheet: Worksheet, row: int, column: int, words: str,
    *, bold: bool = False, size: int = 10, colour: str = "1A1A1C",
) -> Cell:  # fmt: skip
    cell = cast("Cell", sheet.cell(row, column))
    cell.font = Font(name=FONT, size=size, bold=bold, color=colour)
    cell.alignment = Alignment("left", "top", wrap_text=True)
    write_text(cell, words)
    return cell


def _height(texts: Sequence[tuple[str, float]]) -> float:
    """Of a row that holds (text, width of its cell in half-width characters)."""
    most = max(
        sum(ceil(max(1, columns_of(line)) / (width - 3)) for line in text.split("\n"))
        for text, width in texts
    )
    return min(400.0, _LINE * most + 5)


def columns_of(text: str) -> int:
    """How many half-width characters wide a text is."""
    return sum(1 if east_asian_width(c) in "HNaN" else 2 for c in text)


def _page(sheet: Worksheet, headings: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.print_title_rows = f"{headings}:{headings}"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&P／&N"
