"""SQL on the current generation: read-only, and nothing outside that one file."""

import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import duckdb

from exports.errors import GenerationTooOld
from exports.marts import LACKING, opened
from services.as_of import copied_as_of, known_at
from services.exits import Stop
from services.generation import refuse_unreadable, used
from services.home import Home
from terms.legible import legible

Value = Any

# Percentages have one or two; what has more is a figure of a described table.
_PRINTED_DECIMALS = 4

# In this order: what is locked cannot be set.
SETTINGS = (
    "search_path = '{database}.marts,{database}.財政'",
    "enable_external_access = false",
    "lock_configuration = true",
)


class QueryError(Stop):
    """The query cannot be answered; the message says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: the names of the columns, and the rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]

    @classmethod
    def of(cls, cursor: duckdb.DuckDBPyConnection) -> "Table":
        """What was found by a query that was just executed."""
        return cls(tuple(each[0] for each in cursor.description or ()), cursor.fetchall())

    @property
    def records(self) -> list[dict[str, Value]]:
        """The rows by the names of the columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def connect(home: Home) -> duckdb.DuckDBPyConnection:
    """The current generation: `marts` and `財政` need no prefix, other files are out of reach.

    Raises NoGenerationError before the first build, UnusableError.
    """
    return _closed_off(_newest(home, opened), "generation")


def connect_as_of(home: Home, moment: str, sql: str) -> duckdb.DuckDBPyConnection:
    """The marts that `sql` names as they were known at `moment`, in memory; reading only.

    `moment` is a date (its end in Japan) or an ISO 8601 instant. Raises NoGenerationError, and
    Stop where it is neither or a mart cannot tell.
    """
    known = known_at(moment)
    return _closed_off(_newest(home, lambda path: copied_as_of(path, known, sql)), "memory")


def _newest(
    home: Home, read: Callable[[Path], duckdb.DuckDBPyConnection]
) -> duckdb.DuckDBPyConnection:
    """The current generation; the next one when it is replaced and dropped meanwhile."""
    while True:
        path = used(home)
        try:
            return read(path)
        except duckdb.IOException as error:
            if path.exists():
                refuse_unreadable(path, error)
                raise


def _closed_off(connection: duckdb.DuckDBPyConnection, database: str) -> duckdb.DuckDBPyConnection:
    for setting in SETTINGS:
        connection.execute(f"set {setting.format(database=database)}")
    connection.execute("begin transaction read only")
    return connection


def ask(
    home: Home, sql: str, parameters: Sequence[Value] = (), *, as_of: str | None = None
) -> Table:
    """The answer to a query of the project's own, or of an earlier day (see `connect_as_of`).

    Raises GenerationTooOld, NoGenerationError, UnusableError.
    """
    with connect(home) if as_of is None else connect_as_of(home, as_of, sql) as connection:
        return asked(connection, sql, parameters)


def asked(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Value] = ()
) -> Table:
    """The answer to a query of the project's own. Raises GenerationTooOld."""
    try:
        return answer(connection, sql, parameters)
    except QueryError as error:
        if isinstance(error.__cause__, LACKING):
            raise GenerationTooOld from error
        raise


def answer(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Value] = ()
) -> Table:
    """The answer to anybody's query. Raises QueryError with the reason."""
    try:
        return Table.of(connection.execute(sql, list(parameters) or None))
    except duckdb.Error as error:
        raise QueryError(f"問い合わせを実行できません: {error}") from error


def saved(home: Home, name: str) -> str:
    """The SQL of a saved question. Raises QueryError with the names there are."""
    rows = ask(home, "select name, sql from saved_question order by name").rows
    known: dict[str, str] = dict(rows)
    if name not in known:
        raise QueryError(f"「{name}」という問いはありません。あるのは {'、'.join(known)} です。")
    return known[name]


def to_csv(table: Table) -> str:
    """RFC 4180 text; missing is empty."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([_plain(value) for value in row] for row in table.rows)
    return text.getvalue()


def to_json(table: Table) -> str:
    """An array of objects, one a row."""
    rows = [{name: _jsonable(value) for name, value in row.items()} for row in table.records]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def to_xlsx(table: Table) -> bytes:
    """One sheet; texts stay texts, also those that begin with `=`."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("結果")
    for row in (table.columns, *table.rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=_plain(value, for_excel=True))
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def to_text(table: Table) -> str:
    """A table for the terminal, in columns of equal width; numbers to the right."""
    shown = [[_printed(value) for value in row] for row in table.rows]
    widths = [max(map(width, column)) for column in zip(table.columns, *shown, strict=True)]
    lines = [_line(table.columns, table.columns, widths), "  ".join("─" * w for w in widths)]
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


def _plain(value: Value, *, for_excel: bool = False) -> Value:
    if isinstance(value, datetime) and for_excel:
        return value.replace(tzinfo=None)
    if isinstance(value, datetime | date | time) and not for_excel:
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | Decimal | date | time):
        return value
    return str(value)


def _jsonable(value: Value) -> Value:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    return str(value)


FORMATS: dict[str, Callable[[Table], str | bytes]] = {
    "table": to_text,
    "csv": to_csv,
    "json": to_json,
    "xlsx": to_xlsx,
}


def write(table: Table, form: str, output: Path | None) -> None:
    """The table in one of FORMATS, to a file or to standard output."""
    content = FORMATS[form](table)
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    if output is None:
        sys.stdout.buffer.write(data if form != "json" else data + b"\n")
        sys.stdout.flush()
    else:
        output.write_bytes(data)


FINDINGS_OF = "select * from mart_finding order by received_at, file, sheet nulls first, finding_no"
FINDINGS = {
    "received_at": "受付日時",
    "file": "ファイル",
    "sheet": "シート",
    "cell": "セル",
    "severity": "重大度",
    "rule": "検査",
    "message": "内容",
}
SUBMISSIONS = {
    "submission_id": "提出番号",
    "received_at": "受付日時",
    "received_from": "提出者",
    "department": "所属",
    "claim_number": "債権",
    "fiscal_year": "年度",
    "as_of": "基準日",
    "status": "状態",
    "version_no": "版",
    "in_force": "有効",
    "waiting": "反映待ち",
    "errors": "エラー",
    "warnings": "警告",
    "file": "ファイル",
    "sheet": "シート",
}
QUESTIONS_OF = "select * from saved_question order by name"
QUESTIONS = {"name": "名前", "title": "問い", "occasion": "場面"}


def write_list(table: Table, headings: Mapping[str, str], *, as_json: bool) -> None:
    """A list of the marts: every column as JSON, or as a table those that have a heading."""
    if as_json:
        write(table, "json", None)
        return
    places = [table.columns.index(name) for name in headings]
    rows = [tuple(row[place] for place in places) for row in table.rows]
    write(Table(tuple(headings.values()), rows), "table", None)
