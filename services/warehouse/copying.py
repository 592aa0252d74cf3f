"""The marts of a warehouse, copied to the file of a generation, and what such a file holds."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from exports.marts import attach, opened
from exports.press.quoting import literal, quoted

SCHEMAS = ("marts", "財政")
OURS = f"database_name = current_database() and schema_name in {SCHEMAS}"


@dataclass(frozen=True, slots=True)
class Content:
    """What a generation holds. The hash is of definitions, comments and rows, in any order."""

    hash: str
    tables: int
    rows: int


@dataclass(frozen=True, slots=True)
class _Relation:
    """A table or view (`kind`), as the catalogue has it."""

    kind: str
    schema: str
    name: str
    definition: str
    comment: str | None

    @property
    def quoted(self) -> str:
        """Its name in SQL."""
        return quoted(self.schema, self.name)


def content_of(path: Path) -> Content:
    """The content of a generation. Raises duckdb.Error for a file that cannot be read."""
    digest = hashlib.sha256()
    with opened(path) as connection:
        tables, views = (_relations(connection, kind) for kind in ("table", "view"))
        definitions = [each.definition for each in tables + views]
        definitions += _macros(connection) + _comments(connection, tables + views)
        for statement in sorted(definitions):
            digest.update(statement.encode())
        counted = _counted(connection, tables)
    for relation, rows, checksum in sorted(counted):
        digest.update(f"{relation} {rows} {checksum}".encode())
    return Content(digest.hexdigest()[:12], len(tables), sum(rows for _, rows, _ in counted))


def copy(warehouse: Path, generation: Path) -> None:
    """Tables, then the views and macros on them, then what they are called."""
    with duckdb.connect() as connection:
        attach(connection, warehouse, "warehouse")
        connection.execute(f"attach {literal(generation)} as generation")
        connection.execute("use warehouse")
        tables, views = (_relations(connection, kind) for kind in ("table", "view"))
        macros, comments = _macros(connection), _comments(connection, tables + views)
        connection.execute("use generation")
        connection.execute("begin transaction")
        for schema in SCHEMAS:
            connection.execute(f"create schema {quoted(schema)}")
        for table in tables:
            connection.execute(table.definition)
        _create_in_order(connection, [view.definition for view in views])
        _create_in_order(connection, macros)
        for statement in comments:
            connection.execute(statement)
        for table in tables:
            name = table.quoted
            connection.execute(f"insert into {name} select * from warehouse.{name}")  # noqa: S608
        connection.execute("commit")
        connection.execute("use memory")
        connection.execute("detach generation")


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


def _relations(connection: duckdb.DuckDBPyConnection, kind: str) -> list[_Relation]:
    found = connection.execute(
        f"select schema_name, {kind}_name, sql, comment from duckdb_{kind}s()"  # noqa: S608
        f" where {OURS} order by all"
    ).fetchall()
    return [_Relation(kind, *about) for about in found]


def _macros(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The statements that make the macros; the names inside find the schemas of their reader."""
    rows = connection.execute(
        f"""
        select
            schema_name, function_name, parameters, macro_definition,
            function_type = 'table_macro' as is_table
        from duckdb_functions()
        where
            {OURS}
            and function_type in ('macro', 'table_macro')
        order by schema_name, function_name
        """  # noqa: S608
    ).fetchall()
    return [
        f"create macro {quoted(schema, macro)}({', '.join(map(quoted, parameters))}) as "
        f"{'table ' if is_table else ''}{definition}"
        for schema, macro, parameters, definition, is_table in rows
    ]


def _comments(connection: duckdb.DuckDBPyConnection, relations: list[_Relation]) -> list[str]:
    """The statements that say what tables, views and their columns are."""
    columns = connection.execute(
        f"""
        select schema_name, table_name, column_name, comment from duckdb_columns()
        where {OURS} and comment is not null
        order by schema_name, table_name, column_index
        """  # noqa: S608
    ).fetchall()
    return [
        *(
            f"comment on {each.kind} {each.quoted} is {literal(each.comment)}"
            for each in relations
            if each.comment
        ),
        *(
            f"comment on column {quoted(schema, relation, column)} is {literal(comment)}"
            for schema, relation, column, comment in columns
        ),
    ]


def _counted(
    connection: duckdb.DuckDBPyConnection, tables: list[_Relation]
) -> list[tuple[str, int, int | None]]:
    """Each table with its rows and a checksum of them."""
    queries = [
        f"select {literal(f'{table.schema}.{table.name}')}, count(*), sum(hash(t)::hugeint) "  # noqa: S608
        f"from {table.quoted} t"
        for table in tables
    ]
    return connection.execute(" union all ".join(queries)).fetchall() if queries else []
