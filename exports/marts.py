"""A generation of the marts, read only; its marts for one municipality, their rows as values."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, get_type_hints

import duckdb

from exports.errors import GenerationTooOld

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


@contextmanager
def opened(generation: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A generation (a DuckDB file) while the block runs.

    Raises GenerationTooOld where the block asks for what it has not.
    """
    with duckdb.connect(str(generation), read_only=True) as connection:
        try:
            yield connection
        except LACKING as lacking:
            raise GenerationTooOld from lacking


@contextmanager
def reading(generation: Path, municipality_code: str) -> Iterator[Marts]:
    """The marts of a generation for one municipality, `opened` while the block runs."""
    with opened(generation) as connection:
        yield Marts(connection, municipality_code)


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
