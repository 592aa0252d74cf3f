"""A house that runs for a year: Dagster's own scheduler, sensors and queue, at told moments.

What the daemon does every half minute is done here once for each moment that is told, with the
clock of Dagster and of the assets standing still in between.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import create_test_daemon_workspace_context, freeze_time
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import (
    QueuedRunCoordinatorDaemon,
)
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._scheduler.scheduler import launch_scheduled_runs
from dagster._time import get_current_datetime

from orchestration.clock import TOKYO
from orchestration.definitions import build_defs
from orchestration.home import Home
from orchestration.instance import configure

LOGGER = logging.getLogger("year")
# Runs are executed where they are launched: in this process, under its clock.
LAUNCHER = {
    "run_launcher": {
        "module": "dagster._core.launcher.sync_in_memory_run_launcher",
        "class": "SyncInMemoryRunLauncher",
    }
}


@dg.definitions
def defs() -> dg.Definitions:
    """The code location as it is, but for the clock."""
    return build_defs(clock=lambda: get_current_datetime().astimezone(TOKYO))


@dataclass
class Daemon:
    """The daemon between two starts."""

    instance: dg.DagsterInstance
    workspace: Any
    scheduled: dict[str, Any] = field(default_factory=dict)
    queue: QueuedRunCoordinatorDaemon = field(
        default_factory=lambda: QueuedRunCoordinatorDaemon(interval_seconds=1)
    )

    def tick(self, at: datetime, *, sensors: bool = False, missed: int = 5) -> None:
        """What the daemon does at one moment, until no run waits any more.

        `missed`: how many ticks of each schedule it catches up with.
        """
        with freeze_time(at.astimezone(UTC)):
            if sensors:
                for _ in range(2):  # a workbook is read once it has settled
                    list(execute_sensor_iteration(self.workspace, LOGGER, None, None))
            list(launch_scheduled_runs(self.workspace, LOGGER, at.astimezone(UTC), self.scheduled))
            while self.instance.get_runs_count(
                dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])
            ):
                list(self.queue.run_iteration(self.workspace))


@contextmanager
def daemon(home: Home) -> Iterator[Daemon]:
    """Start the daemon of a home; leaving is its end."""
    configure(home)
    before = os.environ.get("MISHUKIN_HOME")
    os.environ["MISHUKIN_HOME"] = str(home.root)
    origin = InProcessCodeLocationOrigin(
        LoadableTargetOrigin(
            executable_path=sys.executable, module_name=__name__, attribute="defs"
        ),
        location_name="mishukin",
    )
    reference = InstanceRef.from_dir(str(home.dagster), overrides=LAUNCHER)
    try:
        with (
            dg.DagsterInstance.from_ref(reference) as instance,
            create_test_daemon_workspace_context(
                InProcessWorkspaceLoadTarget(origin), instance
            ) as workspace,
        ):
            yield Daemon(instance, workspace)
    finally:
        if before is None:
            del os.environ["MISHUKIN_HOME"]
        else:
            os.environ["MISHUKIN_HOME"] = before
