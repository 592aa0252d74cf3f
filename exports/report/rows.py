"""Rows of a generation of the marts, and their values by type."""

from decimal import Decimal

import duckdb

Row = dict[str, object]


def read_rows(connection: duckdb.DuckDBPyConnection, query: str, given: Row) -> list[Row]:
    """What a query answers, ``given`` in its ``$names``."""
    cursor = connection.execute(query, given)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def whole(value: object) -> int | None:
    """Yen or a count. Raises TypeError for anything that is no whole number."""
    if value is None or isinstance(value, int):
        return value
    raise TypeError(f"yen and counts are whole numbers, not {type(value).__name__}")


def percent(value: object) -> Decimal | None:
    """A rate as printed. Raises TypeError for a float."""
    if value is None or isinstance(value, Decimal):
        return value
    raise TypeError(f"a printed rate must be a DECIMAL, not {type(value).__name__}")


def text(value: object) -> str:
    """Text, empty where there is none."""
    return "" if value is None else str(value)
