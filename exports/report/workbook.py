"""Tables of a report as a workbook, one a sheet, the same bytes every time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exports.press.japanese import places
from exports.press.templates import LICENCE, LICENCE_URL
from exports.press.workbooks import packed, safe_text
from exports.report.model import Report
from exports.report.tables import SHEETS, Column, Datum, TableRow, sheet_rows

DESCRIPTION = "説明"

_WIDEST = 40


def xlsx_bytes(report: Report) -> bytes:
    """``report.xlsx``: the sheets of ``tables.SHEETS``."""
    rows = sheet_rows(report)
    return as_xlsx(report, {name: (columns, rows[name]) for name, columns in SHEETS.items()})


def as_xlsx(
    report: Report, sheets: Mapping[str, tuple[Sequence[Column], Sequence[TableRow]]]
) -> bytes:
    """Tables by the name of their sheet, and 説明 (metadata, dictionary); no formula, no merge.

    Properties and the archive's times come from ``report.issued``, so equal reports give
    equal bytes.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, (columns, rows) in sheets.items():
        headings = [column.name for column in columns]
        _fill(book.create_sheet(name), headings, [[row.get(h) for h in headings] for row in rows])
    described = [column for columns, _ in sheets.values() for column in columns]
    _fill(
        book.create_sheet(DESCRIPTION),
        ["区分", "項目", "内容"],
        _description(report, described),
    )
    settings = report.settings
    return packed(book, safe_text(settings.title), safe_text(settings.publisher), report.issued)


def _fill(sheet: Worksheet, headings: list[str], rows: list[list[Datum]]) -> None:
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(sheet.iter_cols(), start=1):
        column[0].font = Font(bold=True)
        for cell in column[1:]:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(cell.value, Decimal):
                cell.number_format = "0.0"
        widest = max(places(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[get_column_letter(index)].width = min(widest + 2, _WIDEST)


def _description(report: Report, columns: Iterable[Column]) -> list[list[Datum]]:
    settings = report.settings
    about: list[tuple[str, str]] = [
        ("名称", safe_text(settings.title)),
        ("発行者", safe_text(settings.publisher)),
        ("団体コード", report.municipality_code),
        ("団体名", safe_text(settings.municipality_name)),
        ("基準日", report.as_of.isoformat()),
        ("公表日", report.issued.isoformat()),
        ("金額の単位", "円"),
        ("空欄", "数値がないこと。理由は欠測理由の列に記載"),
        ("利用条件", LICENCE),
        ("利用条件の所在", LICENCE_URL),
        ("お問い合わせ", safe_text(settings.contact)),
    ]
    meanings = {column.name: column.meaning for column in columns}
    rows: list[list[Datum]] = [["報告", name, value] for name, value in about]
    rows.extend(["列", name, meaning] for name, meaning in meanings.items())
    return rows
