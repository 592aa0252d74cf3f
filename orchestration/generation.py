"""Generations: the marts as readers see them, a file that appears whole or not at all."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from exports.files import point, sync
from exports.quoting import literal, quoted
from orchestration.clock import TOKYO
from orchestration.home import Home

SCHEMAS = ("marts", "財政")
KEPT = 5


@dataclass(frozen=True, slots=True)
class Generation:
    """A published copy of the marts. `is_new` is false where nothing had changed."""

    path: Path
    content_hash: str
    tables: int
    rows: int
    is_new: bool

    @property
    def name(self) -> str:
        """`<time in Japan>-<content hash>`."""
        return self.path.stem


def publish(home: Home, at: datetime, *, keep: int = KEPT) -> Generation:
    """Copy the marts of the warehouse to a generation and make it the current one.

    The same content as the current generation is not copied again. `keep` generations stay;
    a reader that has an older one open keeps its file until it closes it.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(home.warehouse)} as warehouse (read_only)")
        content_hash, tables, rows = _content(connection)
        current = current_generation(home)
        if current and current.stem.endswith(content_hash):
            return Generation(current, content_hash, tables, rows, is_new=False)
        name = f"{at.astimezone(TOKYO):%Y%m%dT%H%M%S}-{content_hash}"
        path = home.marts / f"{name}.duckdb"
        # One name for all: what a full disk or a kill left there goes before the next is written.
        aside = home.marts / ".new.tmp"
        aside.unlink(missing_ok=True)
        connection.execute(f"attach {literal(aside)} as generation")
        _copy(connection)
        connection.execute("detach generation")
    _into_place(aside, path)
    point(home.current, path.name)
    _drop_older(home, keep)
    return Generation(path, content_hash, tables, rows, is_new=True)


def current_generation(home: Home) -> Path | None:
    """The file of the current generation, or None before the first build."""
    return home.current.resolve() if home.current.exists() else None


def _content(connection: duckdb.DuckDBPyConnection) -> tuple[str, int, int]:
    """The hash of definitions, comments and rows, whatever the order of the rows."""
    digest = hashlib.sha256()
    for statement in sorted(_definitions(connection)):
        digest.update(statement.encode())
    total = 0
    tables = _tables(connection)
    for schema, table, _, _ in tables:
        query = f"select count(*), sum(hash(t)::hugeint) from warehouse.{quoted(schema, table)} t"  # noqa: S608
        rows, checksum = connection.execute(query).fetchall()[0]
        digest.update(f"{schema}.{table} {rows} {checksum}".encode())
        total += rows
    return digest.hexdigest()[:12], len(tables), total


def _copy(connection: duckdb.DuckDBPyConnection) -> None:
    """Tables, then the views and macros on them, then what they are called."""
    connection.execute("use generation")
    try:
        for schema in SCHEMAS:
            connection.execute(f"create schema {quoted(schema)}")
        for _, _, definition, _ in _tables(connection):
            connection.execute(definition)
        views = [definition for _, _, definition, _ in _views(connection)]
        _create_in_order(connection, views)
        _create_in_order(connection, _macros(connection))
        for statement in _comments(connection):
            connection.execute(statement)
        for schema, table, _, _ in _tables(connection):
            name = quoted(schema, table)
            connection.execute(f"insert into {name} select * from warehouse.{name}")  # noqa: S608
    finally:
        connection.execute("use memory")


def _create_in_order(connection: duckdb.DuckDBPyConnection, definitions: list[str]) -> None:
    """One view or macro may stand on another, and the catalogue does not tell the order."""
    waiting = definitions
    while waiting:
        left = []
        for definition in waiting:
            try:
                connection.execute(definition)
            except duckdb.CatalogException:
                left.append(definition)
        if len(left) == len(waiting):
            connection.execute(left[0])
        waiting = left


def _definitions(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The statements that make the tables, views and macros, and comment on them."""
    relations = _tables(connection) + _views(connection)
    definitions = [definition for _, _, definition, _ in relations]
    return definitions + _macros(connection) + _comments(connection)


def _comments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The statements that say what tables, views and their columns are."""
    statements: list[str] = []
    for kind, relations in (("table", _tables(connection)), ("view", _views(connection))):
        statements += [
            f"comment on {kind} {quoted(schema, relation)} is {literal(comment)}"
            for schema, relation, _, comment in relations
            if comment
        ]
    return statements + _column_comments(connection)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str | None]]:
    return connection.execute(
        """
        select schema_name, table_name, sql, comment from duckdb_tables()
        where database_name = 'warehouse' and schema_name in (select unnest($schemas))
        order by all
        """,
        {"schemas": list(SCHEMAS)},
    ).fetchall()


def _views(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str | None]]:
    return connection.execute(
        """
        select schema_name, view_name, sql, comment from duckdb_views()
        where database_name = 'warehouse' and schema_name in (select unnest($schemas))
        order by all
        """,
        {"schemas": list(SCHEMAS)},
    ).fetchall()


def _macros(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The statements that make the macros; the names inside find the schemas of their reader."""
    rows = connection.execute(
        """
        select
            schema_name, function_name, parameters, macro_definition,
            function_type = 'table_macro' as is_table
        from duckdb_functions()
        where
            database_name = 'warehouse'
            and schema_name in (select unnest($schemas))
            and function_type in ('macro', 'table_macro')
        order by schema_name, function_name
        """,
        {"schemas": list(SCHEMAS)},
    ).fetchall()
    return [
        f"create macro {quoted(schema, macro)}({', '.join(map(quoted, parameters))}) as "
        f"{'table ' if is_table else ''}{definition}"
        for schema, macro, parameters, definition, is_table in rows
    ]


def _column_comments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        """
        select schema_name, table_name, column_name, comment from duckdb_columns()
        where
            database_name = 'warehouse'
            and schema_name in (select unnest($schemas))
            and comment is not null
        order by schema_name, table_name, column_index
        """,
        {"schemas": list(SCHEMAS)},
    ).fetchall()
    return [
        f"comment on column {quoted(schema, relation, column)} is {literal(comment)}"
        for schema, relation, column, comment in rows
    ]


def _into_place(aside: Path, path: Path) -> None:
    sync(aside)
    aside.replace(path)
    sync(path.parent)


def _drop_older(home: Home, keep: int) -> None:
    current = current_generation(home)
    generations = sorted(p for p in home.marts.glob("*.duckdb") if not p.is_symlink())
    for path in generations[:-keep]:
        if path != current:
            path.unlink()
