"""Dagster's SQLite event log with its connections kept open.

Dagster opens, sets up and closes a database for each of the hundreds of events of a run; what that
costs, docs/benchmarks.md tells. The tables and queries are Dagster's own, and so is every tool that
reads them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event

WAIT_SECONDS = 60
# The index, and the runs somebody looks at just now.
DATABASES_OPEN = 8


class OpenEventLogStorage(SqliteEventLogStorage):
    """One engine for each database (`shard`: a run's id, or the index), the latest few."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - Dagster's
        self._engines: dict[str, Engine] = {}
        super().__init__(*arguments, **options)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:  # noqa: ANN401
        """As Dagster makes it from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None) or self._open(shard)
        self._engines[shard] = engine
        if len(self._engines) > DATABASES_OPEN:
            self._engines.pop(next(iter(self._engines))).dispose()
        return engine

    def _open(self, shard: str) -> Engine:
        engine = create_engine(
            self.conn_string_for_shard(shard),
            connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", _trust_the_write_ahead_log)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        return engine

    def delete_events(self, run_id: str) -> None:
        """Also the database of the run, of which Dagster would leave an empty one."""
        super().delete_events(run_id)
        if engine := self._engines.pop(run_id, None):
            engine.dispose()
        self._initialized_dbs.discard(run_id)
        database = Path(self.path_for_shard(run_id))
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()

    def dispose(self) -> None:
        """Close what is open."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _trust_the_write_ahead_log(connection: Any, _: object) -> None:  # noqa: ANN401 - of sqlite3
    """Nothing is torn by a power cut; the last events of the history may be missing then."""
    connection.execute("pragma synchronous = normal")
