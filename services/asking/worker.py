"""Answers one question in a process of its own: `python -m services.asking.worker BODY PARENT`.

The question comes as JSON on standard input. What is told of the answer goes as JSON to standard
output; a download's bytes go to the open file BODY. The process can use no more memory, and write
no larger file, than it is told, and ends with its parent.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import duckdb

from services import formats
from services.asking.wording import narrowed
from services.exits import Stop
from services.generation import used
from services.home import Home
from services.query import Bounds, QueryError, Table, answer, connect, connect_as_of

MIB = 2**20
# What the interpreter, the database and an answer's second copy need beyond the query's bound.
BESIDE_MIB = 768
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG
MOST_ROWS, MOST_CELLS, LONGEST_CELL = 1_000, 60_000, 500
# What the database says where a question wants more than to read the marts.
_FORBIDDEN = (duckdb.PermissionException,)
_FORBIDDEN_WORDS = ("read-only", "configuration has been locked", "disabled by configuration")


def main() -> None:
    """Answer, and say what came of it."""
    # The database looks for it whenever a query has parameters, and half a second is gone.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    body, parent = map(int, sys.argv[1:])
    asked = json.load(sys.stdin)
    bounds = Bounds(
        asked["memory_mib"],
        asked["temporary_mib"],
        asked["seconds"],
        asked["set_in"],
        Path(asked["temporary"]),
    )
    _limit(parent, bounds)
    try:
        told = _answered(Home(Path(asked["home"])), asked, bounds, body)
    except Stop as refused:
        told = {"refused": str(refused), "why": _why(refused)}
    except MemoryError:
        told = {"refused": "答えが大きすぎて、メモリに入りません。条件を絞ってください。",
                "why": "bounds"}  # fmt: skip
    except OSError as error:
        told = {"refused": f"答えを書き出せません({error.strerror})。条件を絞ってください。",
                "why": "bounds"}  # fmt: skip
    json.dump(told, sys.stdout, ensure_ascii=False)


def _limit(parent: int, bounds: Bounds) -> None:
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()
    with suppress(OSError):  # the first to go where memory is short
        Path("/proc/self/oom_score_adj").write_text("1000")
    os.nice(5)  # pages go before questions
    memory = (2 * bounds.memory_mib + BESIDE_MIB) * MIB
    file = max(bounds.temporary_mib, bounds.memory_mib) * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file, file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answered(home: Home, asked: Mapping[str, Any], bounds: Bounds, body: int) -> dict[str, Any]:
    """The answer of one generation: where another one takes its place meanwhile, once more."""
    while True:
        generation = used(home).stem
        told = _once(home, asked, bounds, body)
        if used(home).stem == generation:
            return {**told, "generation": generation}


def _once(home: Home, asked: Mapping[str, Any], bounds: Bounds, body: int) -> dict[str, Any]:
    sql, known_at = asked["sql"], asked["known_at"]
    with closing(_opened(home, known_at, sql, bounds)) as connection:
        if asked["narrowed"]:
            probe = f"select * from (\n{sql}\n) limit 0"  # noqa: S608 - it is anybody's query
            columns = answer(connection, probe, bounds=bounds).columns
            sql = narrowed(sql, columns, asked["narrowed"])
        if asked["form"] != "rows":
            table = answer(connection, sql, bounds=bounds)
            _write(table, asked["form"], body)
            return {"count": len(table.rows)}
        table = answer(connection, sql, bounds=bounds, most=MOST_ROWS)
    rows = table.rows[: max(1, MOST_CELLS // max(1, len(table.columns)))]
    return {
        "columns": table.columns,
        "types": table.types,
        "rows": [[_shown(value) for value in row] for row in rows],
        "count": len(table.rows) + table.left_out,
        "origins": _origins(home, asked["sql"], known_at, table, rows),
    }


def _opened(
    home: Home, known_at: str | None, sql: str, bounds: Bounds
) -> duckdb.DuckDBPyConnection:
    if known_at is None:
        return connect(home, bounds)
    return connect_as_of(home, known_at, sql, bounds)


def _write(table: Table, form: str, body: int) -> None:
    content = formats.FORMATS[form](table)
    data = content if isinstance(content, bytes) else content.encode("utf-8-sig")
    os.ftruncate(body, 0)
    with os.fdopen(body, "wb", closefd=False) as file:
        file.seek(0)
        file.write(data)


def _shown(value: object) -> object:
    """A value as JSON has it, exact; of a long text its beginning."""
    if value is None or isinstance(value, bool) or type(value) is int:
        return value
    if isinstance(value, float):
        return repr(value)
    words = formats.as_text(value)
    return words if len(words) <= LONGEST_CELL else f"{words[:LONGEST_CELL]}…"


def _origins(
    home: Home,
    sql: str,
    known_at: str | None,
    table: Table,
    rows: Sequence[tuple[Any, ...]],
) -> list[dict[str, Any]]:
    """Which columns lead to their origin, and in which rows; none where it cannot be told."""
    from services.trace.origins import origins_of

    try:
        return origins_of(home, sql, known_at, table, rows)
    except (Stop, duckdb.Error):  # the answer stands without
        return []


def _why(refused: Stop) -> str:
    """forbidden, bounds, or mistaken."""
    cause = refused.__cause__
    words = str(cause)
    if isinstance(cause, _FORBIDDEN) or any(each in words for each in _FORBIDDEN_WORDS):
        return "forbidden"
    if isinstance(cause, duckdb.InterruptException | duckdb.OutOfMemoryException):
        return "bounds"
    if isinstance(refused, QueryError) and cause is None:
        return "bounds"
    return "mistaken"


if __name__ == "__main__":
    main()
