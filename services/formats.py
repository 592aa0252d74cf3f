"""An answer in the formats that people and programs read; each can write every value of DuckDB."""

import csv
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from math import isfinite
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from services.exits import Stop
from services.query import Table
from terms.legible import FORMULA_STARTS, legible

Value = Any

# Percentages have one or two; what has more is a figure of a described table.
_PRINTED_DECIMALS = 4
# No cell, terminal or XML takes them; a line break and a tab they do.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_MOST_ROWS, _MOST_COLUMNS, _LONGEST = 1_048_576, 16_384, 32_767  # of a sheet, and of its cells
_DIGITS = 15  # that Excel keeps of a number
_FIRST_YEAR = 1900  # of Excel's calendar


def to_csv(table: Table) -> str:
    """RFC 4180 text for a spreadsheet: missing is empty, no text is taken for a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_guarded, table.columns))
    writer.writerows([_guarded(_plain(value)) for value in row] for row in table.rows)
    return text.getvalue()


def to_json(table: Table) -> str:
    """An array of objects, one a row; columns of one name get numbers."""
    rows = [{name: _jsonable(value) for name, value in row.items()} for row in table.records]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def to_xlsx(table: Table) -> bytes:
    """One sheet; texts stay texts, also those that begin with `=`.

    Raises Stop for more than a sheet or a cell can hold.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if len(table.rows) >= _MOST_ROWS or len(table.columns) > _MOST_COLUMNS:
        raise Stop(
            f"Excelのシートに入るのは{_MOST_ROWS:,}行・{_MOST_COLUMNS:,}列までです。"
            "問い合わせを絞るか、CSV(--format csv)で書き出してください。"
        )
    rows = [[_of_excel(value) for value in row] for row in (table.columns, *table.rows)]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("結果")
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def to_text(table: Table) -> str:
    """A table for the terminal, in columns of equal width; numbers to the right."""
    columns = [legible(name) for name in table.columns]
    shown = [[_printed(value) for value in row] for row in table.rows]
    widths = [max(map(width, column)) for column in zip(columns, *shown, strict=True)]
    lines = [_line(columns, columns, widths), "  ".join("─" * w for w in widths)]
    lines += [_line(cells, row, widths) for cells, row in zip(shown, table.rows, strict=True)]
    return "\n".join(lines) + f"\n({len(table.rows):,}行)\n"


def width(text: str) -> int:
    """Terminal columns: Japanese characters take two."""
    return sum(2 if east_asian_width(character) in "FW" else 1 for character in text)


def _line(cells: Sequence[str], row: Sequence[Value], widths: Sequence[int]) -> str:
    parts = []
    for cell, value, columns in zip(cells, row, widths, strict=True):
        blank = " " * (columns - width(cell))
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        parts.append(blank + cell if is_number else cell + blank)
    return "  ".join(parts).rstrip()


def _printed(value: Value) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, Decimal):
        return short(value)
    return legible(str(_plain(value)))


def short(value: Decimal) -> str:
    """Without the zeros behind the last digit of a figure that is kept to many decimals."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_PRINTED_DECIMALS:
        return f"{value:f}".rstrip("0").rstrip(".")
    return str(value)


def as_text(value: Value) -> str:
    """A value that is there, as a text in its usual form."""
    return str(_plain(value))


def _plain(value: Value) -> Value:
    """A value of one cell: numbers as they are, all else as a text in its usual form."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple | dict):
        return json.dumps(_jsonable(value), ensure_ascii=False)
    if value is None or isinstance(value, int | float | Decimal):
        return value
    return _CONTROL.sub(" ", str(value))


def _guarded(value: Value) -> Value:
    """A text that no spreadsheet takes for a formula."""
    if isinstance(value, str) and (value if value[:1] in "\t\r" else value.lstrip()).startswith(
        FORMULA_STARTS
    ):
        return f"'{value}"
    return value


def _of_excel(value: Value) -> Value:
    """A value as a cell holds it; what Excel would round, or does not know, is a text."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if isinstance(value, date) and value.year >= _FIRST_YEAR:
        return value
    if isinstance(value, time) and value.tzinfo is None:
        return value
    plain = _plain(value)
    if isinstance(plain, str) and len(plain) > _LONGEST:
        raise Stop(
            f"Excelのセルに入るのは{_LONGEST:,}文字までです({len(plain):,}文字の値があります)。"
            "CSV(--format csv)で書き出してください。"
        )
    if isinstance(plain, int | float | Decimal) and not _keeps(plain):
        return str(plain)
    return plain


def _keeps(number: int | float | Decimal) -> bool:
    """Whether Excel keeps every digit of a number."""
    if isinstance(number, float) or not isfinite(number):
        return isfinite(number)
    return len(f"{Decimal(number):f}".lstrip("-").replace(".", "").strip("0")) <= _DIGITS


def _jsonable(value: Value) -> Value:
    """A value of JSON; as a text what JSON has no kind for, or most programs would round."""
    if isinstance(value, dict):
        return {str(_plain(name)): _jsonable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(each) for each in value]
    if isinstance(value, Decimal) and isfinite(value):
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, str) else _plain(value)


FORMATS: dict[str, Callable[[Table], str | bytes]] = {
    "table": to_text,
    "csv": to_csv,
    "json": to_json,
    "xlsx": to_xlsx,
}


def write(table: Table, form: str, output: Path | None) -> None:
    """The table in one of FORMATS, to a file or to standard output.

    A file of CSV begins with a byte order mark: somebody opens it in a spreadsheet.
    """
    content = FORMATS[form](table)
    if isinstance(content, bytes):
        data = content
    else:
        data = content.encode("utf-8-sig" if form == "csv" and output else "utf-8")
    if output is None:
        sys.stdout.buffer.write(data if form != "json" else data + b"\n")
        sys.stdout.flush()
    else:
        output.write_bytes(data)


def write_list(table: Table, headings: Mapping[str, str], *, as_json: bool) -> None:
    """A list of the marts: every column as JSON, or as a table those that have a heading."""
    if as_json:
        write(table, "json", None)
        return
    places = [table.columns.index(name) for name in headings]
    rows = [tuple(row[place] for place in places) for row in table.rows]
    write(Table(tuple(headings.values()), rows), "table", None)
