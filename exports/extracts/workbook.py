"""The views of a generation as one workbook: a contents sheet with links, then a sheet a view."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import duckdb
from openpyxl.utils import get_column_letter

from exports.extracts.relations import Relation
from exports.extracts.sheets import (
    HEADING,
    LINK,
    MARGIN,
    MOST_CELLS,
    MOST_ROWS,
    STYLES,
    TEXT,
    TITLE,
    number_cell,
    places,
    sheet,
    text_cell,
    worksheet_head,
    worksheet_tail,
)

CONTENTS = "目次"
HEADINGS = ("シート", "1行が表すもの", "内容", "行数", "備考")
FIRST_ROW = 6
TOO_LONG = "行が多くExcelでは扱えないため、シートはありません。csv/{}.csv にあります"

_GRAIN = "粒度: "
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Entry:
    """A view as the contents name it; `is_there` says whether it has a sheet."""

    view: Relation
    rows: int
    is_there: bool


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    views: Iterable[Relation],
    path: Path,
    *,
    name: str,
    most_rows: int = MOST_ROWS,
) -> None:
    """The workbook of `views` at `path`; `name` is the generation's.

    A view of more than `most_rows` rows has no sheet, and the contents say where it is.
    """
    entries = [_entry(connection, view, most_rows) for view in views]
    shown = [entry for entry in entries if entry.is_there]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        _write(book, "[Content_Types].xml", [_content_types(len(shown) + 1)])
        _write(book, "_rels/.rels", [_relationships({"officeDocument": "xl/workbook.xml"})])
        _write(book, "xl/workbook.xml", [_workbook(shown)])
        _write(book, "xl/_rels/workbook.xml.rels", [_workbook_relationships(len(shown) + 1)])
        _write(book, "xl/styles.xml", [STYLES])
        _write(book, "xl/worksheets/sheet1.xml", [_contents(entries, name)])
        for number, entry in enumerate(shown, 2):
            part = f"xl/worksheets/sheet{number}.xml"
            _write(book, part, sheet(connection, entry.view, entry.rows))


def _entry(connection: duckdb.DuckDBPyConnection, view: Relation, most_rows: int) -> Entry:
    (rows,) = connection.execute(f"select count(*) from {view.ordered}").fetchall()[0]  # noqa: S608
    fits = rows <= most_rows and rows * len(view.columns) <= MOST_CELLS
    return Entry(view, rows, is_there=fits)


def _write(book: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    """A part of the workbook, dated as zip files begin: the same bytes on every day."""
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    with book.open(part, "w") as file:
        file.write(_XML.encode())
        for piece in pieces:
            file.write(piece.encode())


def _contents(entries: Sequence[Entry], name: str) -> str:
    table = [HEADINGS, *(_told(entry) for entry in entries)]
    widths = [
        max(places(str(value)) for value in column) + MARGIN for column in zip(*table, strict=True)
    ]
    rows = [
        [text_cell("未収金ウェアハウス 公開用データ", TITLE)],
        [
            text_cell(
                f"公開用データの番号: {name}（この写しを書き換えても、元の数値は変わりません）"
            )
        ],
        [text_cell("金額の単位は円です。空欄は数値がないことを、0は0円であることを表します。")],
        [],
        [text_cell(heading, HEADING) for heading in HEADINGS],
        *map(_contents_row, entries),
    ]
    filled = "".join(f"<row>{''.join(cells)}</row>" for cells in rows)
    links = "".join(
        f'<hyperlink ref="A{row}" location={quoteattr(_reference(entry) + "!A1")}/>'
        for row, entry in enumerate(entries, FIRST_ROW)
        if entry.is_there
    )
    extra = f"<hyperlinks>{links}</hyperlinks>" if links else ""
    return worksheet_head(widths, FIRST_ROW - 1) + filled + worksheet_tail(extra)


def _told(entry: Entry) -> tuple[str, str, str, int, str]:
    """What the contents say of a view, in the order of HEADINGS."""
    grain, _, meaning = entry.view.description.removeprefix(_GRAIN).partition("。")
    remark = "" if entry.is_there else TOO_LONG.format(entry.view.name)
    return entry.view.name, grain, meaning, entry.rows, remark


def _contents_row(entry: Entry) -> list[str]:
    name, grain, meaning, rows, remark = _told(entry)
    named = text_cell(name, LINK if entry.is_there else TEXT)
    return [named, text_cell(grain), text_cell(meaning), number_cell(rows), text_cell(remark)]


def _reference(entry: Entry) -> str:
    return "'" + entry.view.name.replace("'", "''") + "'"


def _workbook(entries: Sequence[Entry]) -> str:
    """The sheets by name, and that each repeats its heading on every printed page."""
    names = [CONTENTS, *(entry.view.name for entry in entries)]
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    filters, titles = [], []
    for number, entry in enumerate(entries, 1):
        reference = escape(_reference(entry))
        area = f"$A$1:${get_column_letter(len(entry.view.columns))}${entry.rows + 1}"
        filters.append(
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number}" hidden="1">'
            f"{reference}!{area}</definedName>"
        )
        titles.append(
            f'<definedName name="_xlnm.Print_Titles" localSheetId="{number}">'
            f"{reference}!$1:$1</definedName>"
        )
    defined = "".join(filters + titles)
    names_of_areas = f"<definedNames>{defined}</definedNames>" if defined else ""
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets>{names_of_areas}</workbook>"
    )


def _content_types(sheets: int) -> str:
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
        f'ContentType="{_TYPE}.worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>'
    )


def _workbook_relationships(sheets: int) -> str:
    return _relationships(
        {"styles": "styles.xml"},
        [f"worksheets/sheet{number}.xml" for number in range(1, sheets + 1)],
    )


def _relationships(targets: dict[str, str], sheets: Sequence[str] = ()) -> str:
    """Sheets are rId1, rId2, …, as the workbook names them; what is not named comes after."""
    every = [("worksheet", target) for target in sheets] + list(targets.items())
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(every, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'
