"""What a generation holds: the marts and the views on them, with what they are called."""

import re
from dataclasses import dataclass

import duckdb

from exports.press.quoting import literal, quoted
from terms.legible import FORMULA_STARTS

MARTS, VIEWS = "marts", "財政"

# No spreadsheet can hold these, and XML neither; line breaks and tabs it can.
_NOT_IN_A_CELL = "[\\x00-\\x08\\x0b-\\x1f\\x{fffe}\\x{ffff}]"
_FORMULA_START = f"^([{re.escape(''.join(FORMULA_STARTS))}])"

_GUARDED = "'\\1"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database describes it."""

    name: str
    data_type: str

    @property
    def is_text(self) -> bool:
        """Whether the values come from what somebody typed, or read like it."""
        return self.data_type == "VARCHAR"


@dataclass(frozen=True, slots=True)
class Relation:
    """A mart (`schema` marts) or a view on the marts (`schema` 財政)."""

    schema: str
    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def ordered(self) -> str:
        """The table of this connection with all rows, in an order that only the rows decide."""
        return f"temp.{quoted(f'{self.schema}.{self.name}')}"


def relations(connection: duckdb.DuckDBPyConnection) -> list[Relation]:
    """The marts, then the views, each by name; their rows are laid out in order once.

    From then on one thread works: the same bytes each time.
    """
    connection.execute("set threads = 1")
    found = connection.execute(
        """
        select schema_name, table_name, comment from duckdb_tables()
        where schema_name = $marts
        union all
        select schema_name, view_name, comment from duckdb_views()
        where schema_name = $views
        order by all
        """,
        {"marts": MARTS, "views": VIEWS},
    ).fetchall()
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, name, column, data_type in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "order by schema_name, table_name, column_index"
    ).fetchall():
        columns.setdefault((schema, name), []).append(Column(column, data_type))
    every = [
        Relation(schema, name, comment or "", tuple(columns[schema, name]))
        for schema, name, comment in found
    ]
    for relation in every:
        rows = f"{quoted(relation.schema, relation.name)} order by all"
        connection.execute(f"create temp table {relation.ordered} as from {rows}")
    return every


def safe(column: Column) -> str:
    """SQL of a text for a cell: as it is, but never taken for a formula."""
    plain = f"replace({quoted(column.name)}, chr(13) || chr(10), chr(10))"
    guarded = f"regexp_replace({plain}, {literal(_FORMULA_START)}, {literal(_GUARDED)})"
    return f"regexp_replace({guarded}, {literal(_NOT_IN_A_CELL)}, ' ', 'g')"
