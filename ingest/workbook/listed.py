"""A list that somebody keeps as a workbook or a CSV, as it is seen: for lists that are no form."""

from collections.abc import Sequence

from ingest.addresses import address
from ingest.quoting import as_written
from ingest.text import key
from ingest.values import Doubt
from ingest.workbook import Sheet, WorkbookRefused, sheets_of
from ingest.workbook.container import BINARY
from ingest.workbook.delimited import sheet_of_text

# The address of a cell, its words, and why they cannot be taken for certain ("" where they can).
Cell = tuple[str, str, str]


def list_in(data: bytes, headings: Sequence[str]) -> list[list[Cell]]:
    """The filled cells of each row of the first visible sheet that has the first of some headings.

    Raises WorkbookRefused where there is none.
    """
    for sheet in _sheets(data):
        if sheet.visible and sheet.refused:
            raise sheet.refused
        if sheet.visible and key(headings[0]) in {key(words) for _, _, words in sheet.texts}:
            return _rows(sheet)
    raise WorkbookRefused(
        "missing_heading",
        f"見出し「{headings[0]}」の行が見当たりません。{'・'.join(headings)} の見出しを、"
        "1行目に書いてください。",
    )


def _sheets(data: bytes) -> list[Sheet]:
    if data.startswith(BINARY):
        return list(sheets_of(data))
    sheet = sheet_of_text(data)
    if sheet is None:
        raise WorkbookRefused(
            "unreadable_file",
            "Excelのブックでも、コンマで区切ったCSVでもありません。"
            "Excelで「CSV UTF-8(コンマ区切り)」か.xlsxとして保存し直してください。",
        )
    return [sheet]


def _rows(sheet: Sheet) -> list[list[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for (row, column), value in sheet.filled.items():
        why = value.cause if isinstance(value, Doubt) else ""
        if sheet.is_hidden((row, column)):
            why = "非表示の行か列にあります。表示してください。"
        rows.setdefault(row, []).append((address(row, column), as_written(value), why))
    return [rows[row] for row in sorted(rows)]
