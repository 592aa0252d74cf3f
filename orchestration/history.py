"""The run history: Dagster keeps every run for ever, a city only as long as its settings say."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import dagster as dg
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

from orchestration.storage import WAIT_SECONDS
from services.city import CitySettings
from services.home import Home

ENDED_WELL = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED]
FAILED = [dg.DagsterRunStatus.FAILURE]
ENDED = ENDED_WELL + FAILED
AT_ONCE = 100


def prune(home: Home, instance: dg.DagsterInstance, at: datetime) -> int:
    """Delete the runs that ended longer ago than the city keeps them; returns how many.

    What failed is kept longer: somebody may still ask why. What never ended stays.
    """
    told = CitySettings.of(home)
    well, failed = told.history_days, max(told.history_days, told.failed_history_days)
    return sum(
        _delete(
            instance, dg.RunsFilter(statuses=statuses, updated_before=at - timedelta(days=days))
        )
        for statuses, days in ((ENDED_WELL, well), (FAILED, failed))
    )


def forget(home: Home, instance: dg.DagsterInstance, since: str) -> None:
    """Delete the runs of since a moment (ISO 8601): their events quote cells.

    Of those in SQLite nothing is left in the files, either.
    """
    came = dg.RunsFilter(statuses=ENDED, created_after=datetime.fromisoformat(since))
    _delete(instance, came)
    for file in (home.dagster / "history").rglob("*.db"):
        with closing(sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)) as database:
            database.execute("vacuum")
            database.execute("pragma wal_checkpoint(truncate)")


def _delete(instance: dg.DagsterInstance, chosen: dg.RunsFilter) -> int:
    count = 0
    while runs := instance.get_runs(chosen, limit=AT_ONCE):
        for run in runs:
            instance.delete_run(run.run_id)
            _delete_checks(instance, run.run_id)
        count += len(runs)
    return count


def _delete_checks(instance: dg.DagsterInstance, run_id: str) -> None:
    """What the checks of a run found, which Dagster would keep."""
    storage = instance.event_log_storage
    if isinstance(storage, SqlEventLogStorage):
        with storage.index_connection() as connection:
            checks = AssetCheckExecutionsTable
            connection.execute(checks.delete().where(checks.c.run_id == run_id))
