"""A relation as the XML of a worksheet: DuckDB writes the rows, a cell by the type of its column.

Written by hand because a library takes a hundred times as long, a cell at a time.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

import duckdb
from openpyxl.utils import get_column_letter

from exports.extracts.relations import Column, Relation, safe
from exports.press.quoting import quoted

ROWS_AT_ONCE = 10_000
# Excel's limits for a sheet (with its heading) and for a text; more cells than this would open
# on no desk, and pass the 2 GiB of a part of a zip file.
MOST_ROWS = 1_048_575
MOST_CELLS = 20_000_000
LONGEST_TEXT = 32_767
NARROWEST, WIDEST, MARGIN = 8, 50, 3

# The cell formats, in the order of styles.xml.
PLAIN, HEADING, TITLE, LINK, MONEY, TENTHS, HUNDREDTHS, DAY, MOMENT, TEXT = range(10)
STYLES = """\
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="4">
<numFmt numFmtId="164" formatCode="0.0"/>
<numFmt numFmtId="165" formatCode="0.00"/>
<numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd"/>
<numFmt numFmtId="167" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>
</numFmts>
<fonts count="4">
<font><sz val="11"/><name val="游ゴシック"/><family val="3"/><charset val="128"/></font>
<font><b/><sz val="11"/><name val="游ゴシック"/><family val="3"/><charset val="128"/></font>
<font><b/><sz val="16"/><name val="游ゴシック"/><family val="3"/><charset val="128"/></font>
<font><u/><sz val="11"/><color rgb="FF0B5394"/><name val="游ゴシック"/><family val="3"/>\
<charset val="128"/></font>
</fonts>
<fills count="3">
<fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFE3ECF5"/></patternFill></fill>
</fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="10">
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>
<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="167" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">\
<alignment horizontal="left" indent="1"/></xf>
</cellXfs>
<cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>
"""

_WORKSHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
)
_PAGE = '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'


def sheet(connection: duckdb.DuckDBPyConnection, relation: Relation, rows: int) -> Iterator[str]:
    """The worksheet of a relation, piece by piece: frozen heading, filters, then the rows."""
    filters = f"A1:{get_column_letter(len(relation.columns))}{rows + 1}"
    yield worksheet_head(_widths(connection, relation), frozen=1)
    yield f"<row>{''.join(text_cell(column.name, HEADING) for column in relation.columns)}</row>"
    cells = " || ".join(_cell(column) for column in relation.columns)
    cursor = connection.execute(f"select '<row>' || {cells} || '</row>' from {relation.ordered}")  # noqa: S608
    while some := cursor.fetchmany(ROWS_AT_ONCE):
        yield "".join(row for (row,) in some)
    yield f'</sheetData><autoFilter ref="{filters}"/>{_PAGE}</worksheet>'


def worksheet_head(widths: list[int], frozen: int) -> str:
    """A worksheet up to its first row; `frozen` rows stay in sight."""
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(widths, 1)
    )
    return (
        f'{_WORKSHEET}<sheetViews><sheetView workbookViewId="0"><pane ySplit="{frozen}" '
        f'topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/></sheetView>'
        f'</sheetViews><sheetFormatPr defaultRowHeight="18.75" customHeight="1"/>'
        f"<cols>{columns}</cols><sheetData>"
    )


def worksheet_tail(extra: str) -> str:
    """What follows the last row."""
    return f"</sheetData>{extra}{_PAGE}</worksheet>"


def text_cell(text: str, style: int = TEXT) -> str:
    """A text of our own; what departments wrote goes through the database."""
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def places(text: str) -> int:
    """How wide a text is: a Japanese character has three bytes and takes two places."""
    return (len(text) + len(text.encode())) // 2


def number_cell(number: int) -> str:
    """A count."""
    return f'<c s="{MONEY}"><v>{number}</v></c>'


def _cell(column: Column) -> str:
    """SQL of a cell; what is missing is a cell without a value."""
    name = quoted(column.name)
    if column.data_type == "BOOLEAN":
        start, value, end = '<c t="b"><v>', f"cast({name} as tinyint)", "</v></c>"
    elif (style := _number_style(column.data_type)) is not None:
        start, value, end = f'<c s="{style}"><v>', f"cast({name} as varchar)", "</v></c>"
    elif column.data_type == "DATE":
        start, value, end = f'<c s="{DAY}"><v>', f"{name} - date '1899-12-30'", "</v></c>"
    elif column.data_type.startswith("TIMESTAMP"):
        days = f"epoch(cast({name} as timestamp)) / 86400 + 25569"
        start, value, end = f'<c s="{MOMENT}"><v>', days, "</v></c>"
    else:
        start = f'<c s="{TEXT}" t="inlineStr"><is><t xml:space="preserve">'
        value, end = _xml(column), "</t></is></c>"
    return f"coalesce('{start}' || {value} || '{end}', '<c/>')"


def _number_style(data_type: str) -> int | None:
    """BIGINT is money or a count, INTEGER a year or a number of something."""
    if decimals := re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", data_type):
        return {"1": TENTHS, "2": HUNDREDTHS}.get(decimals[1], PLAIN)
    styles = {"BIGINT": MONEY, "HUGEINT": MONEY, "INTEGER": PLAIN, "DOUBLE": PLAIN}
    return styles.get(data_type)


def _xml(column: Column) -> str:
    text = safe(column) if column.is_text else f"cast({quoted(column.name)} as varchar)"
    value = f"left({text}, {LONGEST_TEXT})"
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        value = f"replace({value}, '{character}', '{entity}')"
    # Excel reads _x0041_ as A; _x005F_ is the underscore that keeps it as it is.
    return f"regexp_replace({value}, '_(x[0-9A-Fa-f]{{4}}_)', '_x005F_\\1', 'g')"


def _widths(connection: duckdb.DuckDBPyConnection, relation: Relation) -> list[int]:
    """As wide as the widest value, in `places`."""
    shown = [f"cast({quoted(column.name)} as varchar)" for column in relation.columns]
    widest = [f"max((length({value}) + strlen({value})) // 2)" for value in shown]
    found = connection.execute(f"select {', '.join(widest)} from {relation.ordered}").fetchall()  # noqa: S608
    return [
        min(max(value or 0, places(column.name), NARROWEST) + MARGIN, WIDEST)
        for value, column in zip(found[0], relation.columns, strict=True)
    ]
