"""The dictionary as a workbook: contents, tables, columns, measures, questions, versions."""

from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exports.dictionary.catalogue import Dictionary
from exports.press.japanese import places
from exports.press.workbooks import packed, safe_text

CONTENTS = "目次"
# The content alone decides the bytes: a workbook must have a date, and this is the first it can.
_DATE = date(1980, 1, 1)
_FONT = "游ゴシック"
_HEADING = PatternFill("solid", fgColor="FFE3ECF5")
# Made once: thousands of cells look the same.
_FONTS = {is_heading: Font(name=_FONT, bold=is_heading) for is_heading in (False, True)}
_ALIGNMENTS = {
    is_heading: Alignment(vertical="top", wrap_text=not is_heading) for is_heading in (False, True)
}
_NARROWEST, _WIDEST = 6, 40

Row = Sequence[str | int]


def workbook_bytes(dictionary: Dictionary) -> bytes:
    """The same dictionary, the same bytes; no text is ever a formula."""
    book = Workbook()
    contents = book.worksheets[0]
    contents.title = CONTENTS
    sheets = _sheets(dictionary)
    for name, (_, headings, rows) in sheets.items():
        _fill(book.create_sheet(name), headings, rows)
    _fill_contents(contents, dictionary, sheets)
    publisher = dictionary.publisher
    return packed(book, f"{publisher} 未収金データ辞書", publisher, _DATE)


def _sheets(dictionary: Dictionary) -> dict[str, tuple[str, Row, list[Row]]]:
    """What each sheet is for, its headings and rows."""
    return {
        "表": (
            "どの表が何を表すか",
            (
                "分類", "表", "財政の表", "元の表", "1行が表すもの", "意味", "出所の様式", "列数",
                "点検",
            ),
            [
                (
                    t.group, t.title, t.view and f"財政.{t.view}", t.name, t.grain, t.meaning,
                    "、".join(t.forms), len(t.columns), "／".join(t.checks),
                )
                for t in dictionary.tables
            ],
        ),
        "列": (
            "すべての表のすべての列",
            (
                "表", "財政の表", "元の表", "順", "記号", "列", "財政の列", "元の列", "型", "単位",
                "丸め", "計算式", "意味", "財政での意味", "出所の様式", "点検",
            ),
            [
                (
                    t.title, t.view and f"財政.{t.view}", t.name, n, c.text.symbol, c.text.name,
                    c.view_name, c.name, c.type_label, c.text.unit, c.text.rounding,
                    c.text.formula, c.text.meaning, c.in_view, "、".join(t.forms),
                    "／".join(c.checks),
                )
                for t in dictionary.tables
                for n, c in enumerate(t.columns, 1)
            ],
        ),
        "指標": (
            "金額と率の計算式",
            ("記号", "指標", "列", "単位", "計算式", "列で書いた計算式"),
            [
                (m.symbol, m.label, m.name, m.unit, m.formula or "記入値", m.expression)
                for m in dictionary.measures
            ],
        ),
        "問い合わせ集": (
            "よくある問いと、その名前（mishukin sql --saved 名前）",
            ("名前", "問い", "場面"),
            [(q.name, q.title, q.occasion) for q in dictionary.questions],
        ),
        "データ契約": (
            "表と列の取り決めの版",
            ("版", "変更"),
            [(v.number, v.changes) for v in dictionary.versions],
        ),
    }  # fmt: skip


def _fill(sheet: Worksheet, headings: Row, rows: Iterable[Row]) -> None:
    sheet.append(list(headings))
    for row in rows:
        sheet.append([safe_text(v) if isinstance(v, str) else v for v in row])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for index, column in enumerate(sheet.iter_cols(), start=1):
        widest = max(places(str(cell.value or "")) for cell in column)
        width = max(_NARROWEST, min(widest + 3, _WIDEST))
        sheet.column_dimensions[get_column_letter(index)].width = width
        for cell in column:
            _dress(cell, is_heading=cell.row == 1)
    _print_across(sheet)


def _fill_contents(
    sheet: Worksheet, dictionary: Dictionary, sheets: dict[str, tuple[str, Row, list[Row]]]
) -> None:
    sheet.append([f"{dictionary.publisher} 未収金データ辞書"])
    sheet.append([f"データ契約 第{dictionary.version}版"])
    sheet.append([])
    sheet.append(["シート", "内容", "行数"])
    for name, (purpose, _, rows) in sheets.items():
        sheet.append([name, purpose, len(rows)])
        sheet.cell(sheet.max_row, 1).hyperlink = f"#'{name}'!A1"
    for row in sheet.iter_rows():
        for cell in row:
            _dress(cell, is_heading=cell.row == 4)
    for row in sheet.iter_rows(min_row=5, max_col=1):
        row[0].font = Font(name=_FONT, color="FF0B5394", underline="single")
    sheet["A1"].font = Font(name=_FONT, bold=True, size=16)
    for cell in sheet["A1"], sheet["A2"]:
        cell.alignment = Alignment(wrap_text=False)
    for letter, width in {"A": 18, "B": 56, "C": 8}.items():
        sheet.column_dimensions[letter].width = width
    _print_across(sheet)


def _dress(cell: Cell | MergedCell, *, is_heading: bool) -> None:
    if isinstance(cell, Cell) and isinstance(cell.value, str):
        cell.data_type = "s"
    cell.font = _FONTS[is_heading]
    cell.alignment = _ALIGNMENTS[is_heading]
    if is_heading:
        cell.fill = _HEADING


def _print_across(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
