"""An earlier day's answers: the marts as they were known then, under the names of today.

Every mart and view of a generation has a table macro `<name>_as_of(known_at)` beside it
(dbt_project/macros/as_of.sql says what it answers).
"""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from exports.marts import opened
from exports.press.quoting import literal, quoted
from services.clock import read_instant
from services.exits import Stop

MACRO = "_as_of"


class NeverKnownError(Stop):
    """A mart that keeps no past; the message says why."""


def known_at(text: str) -> str:
    """What --as-of says as the macros take it: a date is that day's end, else a moment in Japan.

    Raises Stop where it is neither.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        return read_instant(text).isoformat()
    except ValueError:
        raise Stop(
            f"--as-of は日付か日時(ISO 8601)で書いてください(例 2024-08-20): {text}"
        ) from None


def copied_as_of(generation: Path, moment: str, sql: str) -> duckdb.DuckDBPyConnection:
    """A database in memory with what the marts that `sql` names answered by `moment`.

    Raises NeverKnownError for one that cannot tell.
    """
    connection = opened(generation)
    for schema in ("marts", "財政"):
        connection.execute(f"create schema memory.{schema}")
    _answers(connection, "memory", moment, _named(connection, sql))
    connection.execute("use memory")
    connection.execute("detach generation")
    return connection


def write_as_of(path: Path, generation: Path, moment: str, marts: Iterable[str]) -> None:
    """Write a DuckDB file in which `marts` are as they were known by `moment`.

    Raises NeverKnownError for one that cannot tell.
    """
    with opened(generation) as connection:
        connection.execute(f"attach {literal(path)} as written")
        connection.execute("create schema written.marts")
        _answers(connection, "written", moment, [("marts", name) for name in marts])


def _answers(
    connection: duckdb.DuckDBPyConnection,
    database: str,
    moment: str,
    marts: Iterable[tuple[str, str]],
) -> None:
    """A table in `database` for each mart of the opened generation."""
    try:
        for schema, name in marts:
            table, macro = quoted(schema, name), quoted(schema, name + MACRO)
            connection.execute(
                f"create table {database}.{table} as from {macro}({literal(moment)})"
            )
    except duckdb.InvalidInputException as error:
        reason = str(error).partition(": ")[2]
        raise NeverKnownError(f"{name} は過去の日では問い合わせできません: {reason}") from error


def _named(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[str, str]]:
    """The marts whose names occur in a query, as (schema, name)."""
    words = {word.casefold() for word in re.findall(r"\w+", sql)}
    macros = connection.execute(
        """
        select schema_name, function_name from duckdb_functions()
        where database_name = 'generation' and function_type = 'table_macro'
        order by all
        """
    ).fetchall()
    names = [(schema, macro.removesuffix(MACRO)) for schema, macro in macros]
    return [(schema, name) for schema, name in names if name.casefold() in words]
