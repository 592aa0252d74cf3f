"""The copy of a generation into PostgreSQL: one transaction, whole or not at all.

Where the tables are the same as before, their rows are replaced: readers go on, each statement on
the rows that counted when it began, a repeatable-read transaction on those of its beginning.
Where a table or a column is new, new tables are filled beside the old ones and take their place.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psycopg
from psycopg import errors, sql

from services.exits import Exit, Stop
from services.postgres import statements
from services.postgres.source import Relation, write_rows
from services.postgres.statements import MARK, schemas_of

Server = psycopg.Connection[tuple[Any, ...]]

ASIDE = "_next"
BYTES_AT_ONCE = 1 << 20
# How long to wait for whoever holds a table on purpose; readers hold none that is in the way.
PATIENCE = "10s"
# PostgreSQL looks for deadlocks after a second and might end a reader: give way before that.
LOCK_WAIT = "300ms"
LOCK_ATTEMPTS = 30
SECONDS_BETWEEN_ATTEMPTS = 0.5


def copy(
    server: Server,
    generation: duckdb.DuckDBPyConnection,
    name: str,
    relations: Sequence[Relation],
    reader: str,
) -> int | None:
    """Copy the relations and return the number of rows; None where this copy stands already.

    Raises Stop where another copy is under way, a schema belongs to others, or readers do not
    let go of tables that must change; psycopg.Error for what PostgreSQL refuses.
    """
    with server.transaction():
        server.execute(sql.SQL("set local lock_timeout = {}").format(PATIENCE))
        _be_alone(server)
        standing = _standing(server, schemas_of(relations))
        mark = _mark(name, relations, reader)
        if set(standing.values()) == {mark} and len(standing) == len(schemas_of(relations)):
            return None
        _make_reader(server, reader)
        copying = _Copy(server, generation, relations, mark, reader)
        if _shape_of(relations) == _shape_there(server, list(standing)):
            rows = copying.replace_rows()
        else:
            rows = copying.replace_tables(list(standing))
    for relation in relations:
        server.execute(statements.tidy(relation))
    return rows


@dataclass(frozen=True, slots=True)
class _Copy:
    """One copy on its way: from where, what, its mark, and who may read it."""

    server: Server
    generation: duckdb.DuckDBPyConnection
    relations: Sequence[Relation]
    mark: str
    reader: str

    def replace_rows(self) -> int:
        """Other rows in the tables that stand there; returns how many."""
        _run(self.server, map(statements.empty, self.relations))
        return self._fill(suffix="")

    def replace_tables(self, standing: Sequence[str]) -> int:
        """New tables in the place of those of the schemas that stand there."""
        _run(self.server, statements.create(self.relations, ASIDE))
        rows = self._fill(suffix=ASIDE)
        tables = _tables_there(self.server, standing)
        _wait_for_readers(self.server, tables)
        _run(self.server, statements.drop(standing, tables))
        _run(self.server, statements.rename(self.relations, ASIDE))
        return rows

    def _fill(self, *, suffix: str) -> int:
        """The rows, and what is said about them and who may read them."""
        copied = 0
        with TemporaryDirectory() as folder:
            file = Path(folder) / "rows.csv"
            for relation in self.relations:
                copied += write_rows(self.generation, relation, file)
                with (
                    file.open("rb") as rows,
                    self.server.cursor().copy(statements.copy_in(relation, suffix)) as into,
                ):
                    while some := rows.read(BYTES_AT_ONCE):
                        into.write(some)
        _run(
            self.server,
            chain(
                statements.describe(self.relations, suffix),
                statements.mark(self.relations, suffix, self.mark),
                statements.grant(self.relations, suffix, self.reader),
            ),
        )
        return copied


def _wait_for_readers(server: Server, tables: Sequence[tuple[str, str]]) -> None:
    """Lock the old tables, so that no statement finds one of them old and another new.

    Whoever comes meanwhile waits as well: so only for a moment at a time.
    """
    for _ in range(LOCK_ATTEMPTS if tables else 0):
        try:
            with server.transaction():
                server.execute(sql.SQL("set local statement_timeout = {}").format(LOCK_WAIT))
                server.execute(statements.lock(tables))
                server.execute("set local statement_timeout = 0")
                return
        except errors.QueryCanceled:
            time.sleep(SECONDS_BETWEEN_ATTEMPTS)
    if tables:
        raise Stop(
            "PostgreSQLの表を読み続けている人がいるため、新しい列をもつ表に替えられません。"
            "前の公開用データのままです。時間をおいて、もう一度実行してください。",
            Exit.UNEXPECTED,
        )


def _be_alone(server: Server) -> None:
    taken = server.execute("select pg_try_advisory_xact_lock(hashtext(%s))", [MARK]).fetchone()
    if taken != (True,):
        raise Stop(
            "ほかの処理がこのデータベースに公開用データを写しています。"
            "終わるのを待ってから、もう一度実行してください。",
            Exit.UNEXPECTED,
        )


def _standing(server: Server, schemas: Sequence[str]) -> dict[str, str]:
    """The schemas that are there, with their comment. Raises Stop for one that is not ours."""
    found = server.execute(
        """
        select nspname, coalesce(obj_description(oid, 'pg_namespace'), '') from pg_namespace
        where nspname = any(%s)
        """,
        [list(schemas)],
    ).fetchall()
    if foreign := [schema for schema, comment in found if not comment.startswith(MARK)]:
        raise Stop(
            f"このデータベースには、別に作られたスキーマ {'、'.join(foreign)} があります。"
            "消さないよう、何も写しませんでした。別のデータベースを指定してください。"
        )
    return dict(found)


def _make_reader(server: Server, reader: str) -> None:
    """The role that reads, as a group without a login of its own.

    Raises Stop for a role that could do more than read, and where there is none and the user
    may not make one.
    """
    role = sql.Identifier(reader)
    found = server.execute(
        "select rolsuper or rolname = current_user from pg_roles where rolname = %s", [reader]
    ).fetchone()
    if found == (True,):
        raise Stop(f"役割 {reader} は読むだけの役割になりません。別の名前を指定してください。")
    if found:
        return
    try:
        with server.transaction():
            server.execute(sql.SQL("create role {} nologin").format(role))
    except errors.InsufficientPrivilege:
        raise Stop(
            f"読むだけの役割 {reader} がなく、作る権限もありません。データベースの管理者に"
            f"「create role {role.as_string(server)} nologin;」の実行を依頼してください。"
        ) from None


def _mark(name: str, relations: Sequence[Relation], reader: str) -> str:
    """The comment of this copy: the generation, and a hash of what is said and who may read."""
    digest = hashlib.sha256(repr((list(relations), reader)).encode()).hexdigest()[:8]
    return f"{MARK} {name} {digest}"


def _shape_of(relations: Sequence[Relation]) -> set[tuple[Any, ...]]:
    return {
        (relation.schema, relation.name, number, column.name, column.type, column.is_required)
        for relation in relations
        for number, column in enumerate(relation.columns, start=1)
    }


def _shape_there(server: Server, schemas: Sequence[str]) -> set[tuple[Any, ...]]:
    return set(
        server.execute(
            """
            select
                nspname, relname, attnum, attname,
                format_type(atttypid, atttypmod), attnotnull
            from pg_attribute
            inner join pg_class on pg_class.oid = attrelid
            inner join pg_namespace on pg_namespace.oid = relnamespace
            where relkind = 'r' and attnum > 0 and not attisdropped and nspname = any(%s)
            """,
            [list(schemas)],
        ).fetchall()
    )


def _tables_there(server: Server, schemas: Sequence[str]) -> list[tuple[str, str]]:
    return server.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s) order by 1, 2",
        [list(schemas)],
    ).fetchall()


def _run(server: Server, composed: Iterable[sql.Composed]) -> None:
    """The statements in one round trip."""
    server.execute(sql.SQL(";\n").join(composed))
