"""Marts and views as Parquet and CSV, for Power BI, pandas, Excel and whatever comes."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from exports.extracts.relations import Column, Relation, safe
from exports.press.quoting import literal, quoted

# What Excel knows UTF-8 by: it comes first in the file, so it leads the first heading.
BYTE_ORDER_MARK = "\ufeff"


def write_tables(
    connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation], folder: Path
) -> None:
    """`parquet/<name>.parquet` exactly as in the database; `csv/<name>.csv` for spreadsheets.

    CSV is UTF-8 with a byte order mark and CRLF; a text that would be a formula is led by `'`.
    """
    for kind in ("parquet", "csv"):
        (folder / kind).mkdir()
    for relation in relations:
        parquet = literal(folder / "parquet" / f"{relation.name}.parquet")
        connection.execute(f"copy (from {relation.ordered}) to {parquet} (format parquet)")
        csv = literal(folder / "csv" / f"{relation.name}.csv")
        connection.execute(
            f"copy {_for_spreadsheets(relation)} to {csv} (format csv, header, new_line '\\r\\n')"
        )


def _for_spreadsheets(relation: Relation) -> str:
    first, *others = relation.columns
    columns = [_cell(first, BYTE_ORDER_MARK + first.name), *(_cell(c, c.name) for c in others)]
    return f"(select {', '.join(columns)} from {relation.ordered})"  # noqa: S608


def _cell(column: Column, heading: str) -> str:
    value = safe(column) if column.is_text else quoted(column.name)
    return f"{value} as {quoted(heading)}"
