"""What there is to ask for: the marts and their Japanese views, column by column."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from services.generation import used
from services.home import Home
from services.query import connect
from services.trace.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name in the Japanese view and in the mart; one of them may be missing."""

    japanese: str
    name: str
    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A Japanese view with its mart, or a mart that has none."""

    view: str
    mart: str
    about: str
    columns: tuple[Column, ...]


def dictionary(home: Home) -> tuple[Relation, ...]:
    """The tables of the current generation, Japanese ones first. Raises NoGenerationError."""
    return _of(home, used(home))


@lru_cache(maxsize=2)
def _of(home: Home, generation: Path) -> tuple[Relation, ...]:
    """Once for each generation, which never changes."""
    del generation
    with closing(connect(home)) as connection:
        rows = connection.execute(
            "select schema_name, table_name, column_name, data_type, coalesce(comment, '')"
            " from duckdb_columns() where database_name = 'generation'"
            " and schema_name in ('marts', '財政') order by table_name, column_index"
        ).fetchall()
        comments = connection.execute(
            "select schema_name, table_name, coalesce(comment, '') from duckdb_tables()"
            " union all select schema_name, view_name, coalesce(comment, '') from duckdb_views()"
        ).fetchall()
        about = {(schema, table): comment for schema, table, comment in comments}
        found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        for schema, table, *column in rows:
            found.setdefault((schema, table), []).append(tuple(column))
        return tuple(_relations(found, about, Catalogue(connection)))


def _relations(
    found: dict[tuple[str, str], list[tuple[str, str, str]]],
    about: dict[tuple[str, str], str],
    catalogue: Catalogue,
) -> Iterator[Relation]:
    shown = set()
    for (schema, table), columns in found.items():
        view = catalogue.views.get(table) if schema == "財政" else None
        if view:
            shown.add(view.mart)
            yield Relation(
                table,
                view.mart,
                about.get((schema, table), ""),
                tuple(Column(name, view.columns.get(name, ""), *rest) for name, *rest in columns),
            )
    for (schema, table), columns in found.items():
        if schema == "marts" and table not in shown:
            yield Relation(
                "", table, about.get((schema, table), ""), tuple(Column("", *c) for c in columns)
            )
