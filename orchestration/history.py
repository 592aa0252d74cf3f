"""The run history: Dagster keeps every run for ever, a city only as long as its settings say."""

from datetime import datetime, timedelta

import dagster as dg

from services.city import CitySettings
from services.home import Home

ENDED_WELL = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED)
AT_ONCE = 100


def prune(home: Home, instance: dg.DagsterInstance, at: datetime) -> int:
    """Delete the runs that ended longer ago than the city keeps them; returns how many.

    What failed is kept longer: somebody may still ask why. What never ended stays.
    """
    told = CitySettings.of(home)
    return _delete(instance, ENDED_WELL, at - timedelta(days=told.history_days)) + _delete(
        instance,
        (dg.DagsterRunStatus.FAILURE,),
        at - timedelta(days=max(told.history_days, told.failed_history_days)),
    )


def _delete(
    instance: dg.DagsterInstance, statuses: tuple[dg.DagsterRunStatus, ...], before: datetime
) -> int:
    old = dg.RunsFilter(statuses=list(statuses), updated_before=before)
    count = 0
    while runs := instance.get_runs(old, limit=AT_ONCE):
        for run in runs:
            instance.delete_run(run.run_id)
        count += len(runs)
    return count
