"""A house that runs for a year: Dagster's own scheduler, sensors and queue, at told moments.

What the daemon does every half minute is done here once for each moment that is told, with the
clock of Dagster and of the assets standing still in between. `make year` lives through every day
of a year of the sample city and writes docs/year.md.
"""

import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
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

from cli import demo
from exports.release import publishing as release
from exports.release.records import mark_of
from ingest import sample
from orchestration import runs
from orchestration.definitions import build_defs
from orchestration.instance import configure
from orchestration.jobs import YEAR_STEPS
from orchestration.tags import STEP
from services import releases
from services.calendar import STEPS, Calendar, report_of
from services.clock import stopped_at
from services.home import Home
from terms.years import TOKYO, fiscal_year_of

LOGGER = logging.getLogger("year")
SIMULATED = 2025
# The days around the Bon festival, with the pack of the August conference and nobody there.
STANDSTILL = [date(2025, 8, day) for day in range(11, 18)]
REPORT = Path(__file__).parents[2] / "docs" / "year.md"
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

    def tick(self, at: datetime, *, missed: int = 5) -> None:
        """What the schedules ask for by one moment, done to its end.

        `missed`: how many ticks of each schedule it catches up with.
        """
        now = at.astimezone(UTC)
        with freeze_time(now):
            list(
                launch_scheduled_runs(
                    self.workspace, LOGGER, now, self.scheduled, max_catchup_runs=missed
                )
            )
            self._work_off()

    def look(self, at: datetime) -> None:
        """What the sensors ask for: of a workbook that settled, then of the new generation."""
        for minutes in range(3):
            with freeze_time((at + timedelta(minutes=minutes)).astimezone(UTC)):
                list(execute_sensor_iteration(self.workspace, LOGGER, None, None))
                self._work_off()

    def _work_off(self) -> None:
        waiting = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])
        while self.instance.get_runs_count(waiting):
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


@dataclass(frozen=True)
class Done:
    """A run of a step that ended well, and the day on which it did."""

    step: str
    year: int
    on: date


@dataclass
class Lived:
    """What a year was: steps done, runs that failed, days, and starts of the daemon."""

    done: list[Done] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    days: int = 0
    starts: int = 0


def live(home: Home, year: int) -> Lived:
    """Every day of a fiscal year of the sample city.

    Departments put their workbooks into the inbox on the days they do; two people approve what
    is published within a week. The daemon starts anew each month, and stands still in STANDSTILL.
    """
    demo.configure(home)
    first, last = date(year, 4, 1), date(year + 1, 3, 31)
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    deliveries = sample.deliveries()
    lived = Lived(days=len(days))
    with TemporaryDirectory() as desk:
        sample.write(Path(desk))
        earlier = [each for each in deliveries if each.received_on < first]
        _hand_in(home, Path(desk), earlier)
        with home.writer():
            demo.take(home, earlier)
            demo.succeed(runs.build(home, stopped_at(demo.at_nine(first - timedelta(days=1)))))
        for _, month in groupby(days, key=lambda day: day.month):
            lived.starts += 1
            with daemon(home) as running:
                if lived.starts == 1:
                    # Schedules begin when a daemon first sees them.
                    running.tick(demo.at_nine(first - timedelta(days=1)))
                for day in month:
                    arrived = [each for each in deliveries if each.received_on == day]
                    _hand_in(home, Path(desk), arrived)
                    if day not in STANDSTILL:
                        _day(running, home, day, lived, is_delivered=bool(arrived))
    return lived


def _hand_in(home: Home, desk: Path, deliveries: Iterable[sample.Delivery]) -> None:
    for delivery in deliveries:
        folder = str(delivery.received_on)
        shutil.copytree(desk / folder, home.inbox / demo.SAMPLE_CITY / folder)


def _day(running: Daemon, home: Home, day: date, lived: Lived, *, is_delivered: bool) -> None:
    """The morning up to nine, what departments deliver, and the approvals of the next days."""
    before = {run.run_id for run in running.instance.get_runs()}
    running.tick(datetime.combine(day, time(9, 0, 5), TOKYO))
    if is_delivered:
        running.look(datetime.combine(day, time(14), TOKYO))
    _approve(home, day)
    for run in running.instance.get_runs():
        if run.run_id in before:
            continue
        if run.status is not dg.DagsterRunStatus.SUCCESS:
            lived.failed.append(f"{day} {run.job_name}: {run.status.value}")
        elif STEP in run.tags:
            lived.done.append(_done(run.tags[STEP], day))


def _done(told: str, day: date) -> Done:
    """`freeze 2025`, or `publish 2025-07-31` and the hash of its draft."""
    step, said, *_ = told.split(" ")
    if step != "publish":
        return Done(step, int(said), day)
    as_of = date.fromisoformat(said)
    return Done(f"publish_{report_of(as_of).name}", fiscal_year_of(as_of), day)


def _approve(home: Home, day: date) -> None:
    for one in releases.every(home):
        planned = Calendar.of(home).publication_date(one.as_of)
        is_near = day < planned <= day + timedelta(days=7)
        if is_near and one.state not in (release.State.APPROVED, release.State.PUBLISHED):
            seen = mark_of(one.draft.notable) if one.draft else ""
            for name in demo.APPROVERS:
                releases.approve(home, one.as_of, name, demo.at_nine(day), seen=seen)


def expected(calendar: Calendar, year: int) -> dict[str, date]:
    """When each step that a machine does must have been done: on its day, or after STANDSTILL."""
    machine = ("bulletin", "draft", "pack", "publish", *YEAR_STEPS)
    days = {step: calendar.day_of(step, year) for step in STEPS if step.startswith(machine)}
    back = STANDSTILL[-1] + timedelta(days=1)
    return {step: back if day in STANDSTILL else day for step, day in days.items()}


def wrong(calendar: Calendar, lived: Lived, year: int) -> Iterator[str]:
    """Every run that failed, and every step not done just once on its day."""
    yield from lived.failed
    for step, day in expected(calendar, year).items():
        found = [each.on for each in lived.done if (each.step, each.year) == (step, year)]
        if found != [day]:
            yield f"{step}: {day} <> {', '.join(map(str, found)) or '-'}"
    for each in lived.done:
        # Of the year before only what the first morning catches up with.
        if each.year != year and (each.year, each.on) != (year - 1, date(year, 4, 1)):
            yield f"{each.step} {each.year}: {each.on}"


def told(home: Home, lived: Lived, year: int, faults: Sequence[str]) -> str:
    """docs/year.md: each step that the machine does, its day, and the days on which it was done."""
    calendar = Calendar.of(home)
    rows = [
        f"| {calendar.day_of(step, year)} | {STEPS[step].title}（{step}） "
        f"| {'、'.join(str(e.on) for e in lived.done if (e.step, e.year) == (step, year))} |"
        for step, _ in sorted(expected(calendar, year).items(), key=lambda item: item[1])
    ]
    earlier = [each.step for each in lived.done if each.year != year]
    mails = len(list(home.outbox.glob("*.eml")))
    published = len(list(home.public.glob("*/r*/index.html")))
    return (
        f"""# 一年の運転

`make year` が書く。見本市の{year}年度を1日ずつ、Dagsterの時計を止めて進め、
予定・センサー・実行待ちをDagster自身の仕組みで動かした。{lived.days}日、デーモンの起動{lived.starts}回、
{STANDSTILL[0]}から{STANDSTILL[-1]}までは停止。
所属の提出は見本の受付日に受付箱に置き、公表日の1週間前から2人が承認した。

| 暦の日 | 手順 | 行った日 |
|---|---|---|
{chr(10).join(rows)}

催促のメール{mails}通、公表した版{published}。
最初の朝には、前年度の手順のうち日を過ぎて1か月以内の{"、".join(earlier) or "もの(なし)"}も行った。
一度でないもの、日の違うもの、失敗した実行: {len(faults)}件。
{chr(10).join(f"- {each}" for each in faults)}
""".rstrip()
        + "\n"
    )


def main() -> int:
    """Write docs/year.md; 1 when a step was not done just once on its day."""
    logging.disable(logging.INFO)
    with TemporaryDirectory() as folder:
        home = Home(Path(folder)).create()
        lived = live(home, SIMULATED)
        faults = list(wrong(Calendar.of(home), lived, SIMULATED))
        REPORT.write_text(told(home, lived, SIMULATED, faults), encoding="utf-8")
    sys.stdout.write("\n".join((*faults, f"docs/year.md: {len(faults)}")) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
