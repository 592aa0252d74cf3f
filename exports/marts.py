"""A generation of the marts, read only; its marts for one municipality, their rows as values.

Whoever reads a generation opens it here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import duckdb

from exports.errors import GenerationTooOld
from exports.press.quoting import literal

OFFLINE: dict[str, Any] = {"autoinstall_known_extensions": False}
# No such mart, no such column.
LACKING = (duckdb.CatalogException, duckdb.BinderException)

Row = dict[str, object]
T = TypeVar("T")


class Marts:
    """Queries that answer for one municipality."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, municipality_code: str) -> None:
        self._connection, self.municipality_code = connection, municipality_code

    def of(self, mart: str, rest: str = "true", *parameters: object) -> list[Row]:
        """Rows of a mart, ``rest`` being more conditions and an order."""
        return self.answers(
            f"select * from marts.{mart} where municipality_code = ? and {rest}",  # noqa: S608
            self.municipality_code,
            *parameters,
        )

    def named(self, sql: str, **parameters: object) -> list[Row]:
        """The rows of a query that names the municipality ``$city``, and what else is given."""
        return self._rows(sql, {"city": self.municipality_code, **parameters})[1]

    def answers(self, sql: str, *parameters: object) -> list[Row]:
        """The rows of any query, by the names of its columns."""
        return self._rows(sql, parameters)[1]

    def typed(self, sql: str) -> tuple[dict[str, str], list[Row]]:
        """The types of the columns by their names, and the rows."""
        return self._rows(sql, ())

    def _rows(
        self, sql: str, parameters: Sequence[object] | Row
    ) -> tuple[dict[str, str], list[Row]]:
        cursor = self._connection.execute(sql, parameters)
        types = {column[0]: str(column[1]) for column in cursor.description or ()}
        return types, [dict(zip(types, row, strict=True)) for row in cursor.fetchall()]


def opened(generation: Path) -> duckdb.DuckDBPyConnection:
    """A generation (a DuckDB file) to be read; times are those of Tokyo.

    Each connection stands alone, also beside others of this process: the file is attached to a
    database of its own in memory. Raises duckdb.Error for one that cannot be opened.
    """
    connection = duckdb.connect(config=OFFLINE | {"temp_directory": f"{generation}.tmp"})
    connection.execute("set TimeZone = 'Asia/Tokyo'")
    attach(connection, generation, "generation")
    connection.execute("use generation")
    return connection


def attach(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
    """Attach a database under a name, for reading."""
    connection.execute(f"attach {literal(file)} as {name} (read_only)")


@contextmanager
def reading(generation: Path, municipality_code: str) -> Iterator[Marts]:
    """The marts of a generation for one municipality while the block runs.

    Raises GenerationTooOld where the block asks for what it has not.
    """
    with opened(generation) as connection:
        try:
            yield Marts(connection, municipality_code)
        except LACKING as lacking:
            raise GenerationTooOld from lacking


def built(kind: type[T], row: Row, **others: object) -> T:
    """``kind``, a data class, from the columns named like its fields, and from ``others``.

    Raises TypeError for a value of another type: yen and counts are whole numbers, rates DECIMAL.
    """
    declared = get_type_hints(kind)
    told = {name: row[name] for name in declared if name in row and name not in others}
    for name, value in told.items():
        if not isinstance(value, declared[name]):
            raise TypeError(f"{kind.__name__}: {name} is told as {type(value).__name__}")
    return kind(**told, **others)


def whole(value: object) -> int | None:
    """Yen or a count. Raises TypeError for anything that is no whole number."""
    if value is None or isinstance(value, int):
        return value
    raise TypeError(f"yen and counts are whole numbers, not {type(value).__name__}")
