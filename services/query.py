"""SQL on the current generation: read-only, and nothing outside that one file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from threading import Timer
from time import monotonic
from typing import Any

import duckdb

from exports.errors import GenerationTooOld
from exports.marts import LACKING, opened
from exports.press.quoting import literal
from services.as_of import copied_as_of, known_at
from services.city import CitySettings
from services.exits import Stop
from services.generation import refuse_unreadable, used
from services.home import Home

Value = Any

# In this order: what is locked cannot be set.
SETTINGS = (
    "search_path = '{database}.marts,{database}.財政'",
    "enable_external_access = false",
    "lock_configuration = true",
)


_AT_A_TIME = 10_000  # rows that are fetched before time and memory are looked at


class QueryError(Stop):
    """The query cannot be answered; the message says why."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one query may cost: config/city.yml says it of those that anybody types."""

    memory_mib: int
    temporary_mib: int
    seconds: int
    set_in: str = "config/city.yml の query_seconds"
    # Where one process alone puts what does not fit: two would write over each other's.
    temporary: Path | None = None

    @classmethod
    def of(cls, home: Home) -> "Bounds":
        """What the home's settings say. Raises FaultyError."""
        city = CitySettings.of(home)
        return cls(city.query_memory_mib, city.query_temporary_mib, city.query_seconds)

    @property
    def settings(self) -> tuple[str, ...]:
        """As DuckDB is told them."""
        place = (f"temp_directory = {literal(self.temporary)}",) if self.temporary else ()
        return (
            *place,
            f"memory_limit = '{self.memory_mib}MiB'",
            f"max_temp_directory_size = '{self.temporary_mib}MiB'",
        )


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: the names of the columns, and the rows; `left_out` more were only counted.

    `types`: the columns' types as DuckDB calls them.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]
    left_out: int = 0
    types: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        cursor: duckdb.DuckDBPyConnection,
        bounds: Bounds | None = None,
        most: int | None = None,
    ) -> "Table":
        """What was found by a query that was just executed; its first `most` rows where told.

        Raises QueryError beyond the bounds.
        """
        told = cursor.description or ()
        names, types = tuple(each[0] for each in told), tuple(str(each[1]) for each in told)
        if bounds is None:
            return cls(names, cursor.fetchall(), types=types)
        rows, left_out = _fetched(cursor, bounds, most)
        return cls(names, rows, left_out, types)

    @property
    def records(self) -> list[dict[str, Value]]:
        """The rows by the names of the columns; a second column of a name gets a number."""
        names: list[str] = []
        for name in self.columns:
            numbered = (f"{name}_{n}" for n in count(2))
            names.append(name if name not in names else next(n for n in numbered if n not in names))
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def _fetched(
    cursor: duckdb.DuckDBPyConnection, bounds: Bounds, most: int | None
) -> tuple[list[tuple[Value, ...]], int]:
    rows: list[tuple[Value, ...]] = []
    left_out = 0
    until, before = monotonic() + bounds.seconds, getrusage(RUSAGE_SELF).ru_maxrss
    while more := cursor.fetchmany(_AT_A_TIME):
        wanted = more if most is None else more[: most - len(rows)]
        rows += wanted
        left_out += len(more) - len(wanted)
        if monotonic() > until:
            raise _too_long(bounds)
        if getrusage(RUSAGE_SELF).ru_maxrss - before > bounds.memory_mib * 2**10:
            raise _too_much(bounds)
    return rows, left_out


def connect(home: Home, bounds: Bounds | None = None) -> duckdb.DuckDBPyConnection:
    """The current generation: `marts` and `財政` need no prefix, other files are out of reach.

    Raises NoGenerationError before the first build, UnusableError.
    """
    return _closed_off(_newest(home, opened), "generation", bounds)


def connect_as_of(
    home: Home, moment: str, sql: str, bounds: Bounds | None = None
) -> duckdb.DuckDBPyConnection:
    """The marts that `sql` names as they were known at `moment`, in memory; reading only.

    `moment` is a date (its end in Japan) or an ISO 8601 instant. Raises NoGenerationError, and
    Stop where it is neither or a mart cannot tell.
    """
    known = known_at(moment)
    return _closed_off(_newest(home, lambda path: copied_as_of(path, known, sql)), "memory", bounds)


def _newest(
    home: Home, read: Callable[[Path], duckdb.DuckDBPyConnection]
) -> duckdb.DuckDBPyConnection:
    """The current generation; the next one when it is replaced and dropped meanwhile."""
    while True:
        path = used(home)
        try:
            return read(path)
        except duckdb.IOException as error:
            if path.exists():
                refuse_unreadable(path, error)
                raise


def _closed_off(
    connection: duckdb.DuckDBPyConnection, database: str, bounds: Bounds | None
) -> duckdb.DuckDBPyConnection:
    for setting in (*(bounds.settings if bounds else ()), *SETTINGS):
        connection.execute(f"set {setting.format(database=database)}")
    connection.execute("begin transaction read only")
    return connection


def ask(
    home: Home, sql: str, parameters: Sequence[Value] = (), *, as_of: str | None = None
) -> Table:
    """The answer to a query of the project's own, or of an earlier day (see `connect_as_of`).

    Raises GenerationTooOld, NoGenerationError, UnusableError.
    """
    with connect(home) if as_of is None else connect_as_of(home, as_of, sql) as connection:
        return asked(connection, sql, parameters)


def asked(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Value] = ()
) -> Table:
    """The answer to a query of the project's own. Raises GenerationTooOld."""
    try:
        return answer(connection, sql, parameters)
    except QueryError as error:
        if isinstance(error.__cause__, LACKING):
            raise GenerationTooOld from error
        raise


def answer(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: Sequence[Value] = (),
    bounds: Bounds | None = None,
    most: int | None = None,
) -> Table:
    """The answer to anybody's query; its first `most` rows. Raises QueryError with the reason."""
    try:
        with _ended_in_time(connection, bounds):
            return Table.of(connection.execute(sql, list(parameters) or None), bounds, most)
    except duckdb.InterruptException as error:
        raise _too_long(bounds) from error
    except duckdb.OutOfMemoryException as error:
        raise _too_much(bounds) from error
    except duckdb.Error as error:
        raise QueryError(f"問い合わせを実行できません: {error}") from error
    except RuntimeError as error:
        if "interrupted" in str(error):  # as which DuckDB passes Ctrl-C on
            raise KeyboardInterrupt from error
        raise


@contextmanager
def _ended_in_time(connection: duckdb.DuckDBPyConnection, bounds: Bounds | None) -> Iterator[None]:
    """Interrupt what runs longer than it may, and what its asker or a fault ends.

    DuckDB leaves its threads at work when the one that asked stops, and closing waits for them.
    """
    clock = Timer(bounds.seconds, connection.interrupt) if bounds else None
    if clock:
        clock.daemon = True
        clock.start()
    try:
        yield
    except BaseException:
        connection.interrupt()
        raise
    finally:
        if clock:
            clock.cancel()


def _too_long(bounds: Bounds | None) -> QueryError:
    limit, where = (f"{bounds.seconds}秒", bounds.set_in) if bounds else ("", "")
    return QueryError(
        f"問い合わせに時間がかかりすぎるため中止しました(上限{limit}、{where})。"
        "条件を絞ってください。"
    )


def _too_much(bounds: Bounds | None) -> QueryError:
    limit = f"{bounds.memory_mib}MiB・一時ファイル{bounds.temporary_mib}MiB" if bounds else ""
    return QueryError(
        f"問い合わせに使うメモリが多すぎるため中止しました(上限{limit}、config/city.yml の"
        "query_memory_mib・query_temporary_mib)。条件を絞ってください。"
    )


def saved(home: Home, name: str) -> str:
    """The SQL of a saved question. Raises QueryError with the names there are."""
    rows = ask(home, "select name, sql from saved_question order by name").rows
    known: dict[str, str] = dict(rows)
    if name not in known:
        raise QueryError(f"「{name}」という問いはありません。あるのは {'、'.join(known)} です。")
    return known[name]


FINDINGS_OF = "select * from mart_finding order by received_at, file, sheet nulls first, finding_no"
FINDINGS = {
    "received_at": "受付日時",
    "file": "ファイル",
    "sheet": "シート",
    "cell": "セル",
    "severity": "重大度",
    "rule": "検査",
    "message": "内容",
}
SUBMISSIONS = {
    "submission_id": "提出番号",
    "received_at": "受付日時",
    "received_from": "提出者",
    "department": "所属",
    "claim_number": "債権",
    "fiscal_year": "年度",
    "as_of": "基準日",
    "status": "状態",
    "version_no": "版",
    "in_force": "有効",
    "waiting": "反映待ち",
    "errors": "エラー",
    "warnings": "警告",
    "file": "ファイル",
    "sheet": "シート",
}
QUESTIONS_OF = "select * from saved_question order by name"
QUESTIONS = {"name": "名前", "title": "問い", "occasion": "場面"}
