"""Some days of fiscal year 2020, lived through by Dagster's own daemon."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

import dagster as dg
from dagster._core.test_utils import freeze_time
from flow.year import Daemon, daemon

from orchestration.tags import STEP
from services import releases
from services.home import Home
from terms.years import TOKYO

JULY = date(2020, 7, 31)
Live = Callable[..., set[str]]


@contextmanager
def living(home: Home) -> Iterator[tuple[Live, Daemon]]:
    """The daemon from one start to the next; `live` is a morning and tells which steps it did."""
    with daemon(home) as running:

        def live(month: int, day: int, hour: int = 6) -> set[str]:
            before = {run.run_id for run in running.instance.get_runs()}
            at = datetime.combine(date(2020, month, day), time(hour, 0, 5), TOKYO)
            running.tick(at, missed=1)
            new = [run for run in running.instance.get_runs() if run.run_id not in before]
            assert all(run.status is dg.DagsterRunStatus.SUCCESS for run in new)
            return {run.tags[STEP] for run in new if STEP in run.tags}

        yield live, running


def turn(running: Daemon, name: str, *, on: bool, day: date) -> None:
    """Turn a schedule on or off, as somebody at the screen would."""
    (location,) = running.workspace.create_request_context().code_locations
    (repository,) = location.get_repositories().values()
    schedule = repository.get_schedule(name)
    with freeze_time(datetime.combine(day, time(12), TOKYO).astimezone(UTC)):
        if on:
            running.instance.start_schedule(schedule)
        else:
            origin = schedule.get_remote_origin_id()
            running.instance.stop_schedule(origin, schedule.selector_id, schedule)


def test_each_step_is_done_once_on_its_day_or_when_the_machine_is_back(built: Home) -> None:
    with living(built) as (live, running):
        # Reminders are tested by themselves; without a report there is no bulletin yet.
        for name in ("collection", "bulletin"):
            turn(running, name, on=False, day=date(2020, 5, 29))
        assert live(5, 30) == set()
        assert live(5, 31) == set()  # the books close today; what is frozen is their close
        assert live(6, 1) == {"freeze 2020", "hand_out_annual 2020"}
    with living(built) as (live, running):  # the daemon starts again
        assert live(6, 2) == set()
        # It stood still from June to September.
        assert live(9, 3) == {
            "hand_out_july 2020",
            "pack_august 2020",
            "lock_targets 2020",
            "limitation_september 2020",
        }
        assert live(10, 29) == {"draft_july 2020"}
        releases.approve(built, JULY, "財政課長", datetime(2020, 10, 29, 15, tzinfo=TOKYO))
        assert live(10, 29, 9) == set()  # approved, but its day is tomorrow
        published = live(10, 30, 9)
        assert {step.rpartition(" ")[0] for step in published} == {"publish 2020-07-31"}
        turn(running, "bulletin", on=True, day=date(2020, 10, 31))
        assert live(11, 1) == {"bulletin_11 2020"}  # a Sunday, but it has the 1st on its head
        assert live(11, 2) == {"hand_out_october 2020"}
    assert (built.public / "2020-07-31" / "r1" / "index.html").exists()
    assert (built.internal / "bulletin" / "2020-11" / "index.html").exists()
    kept = {path.name for path in (built.internal / "year" / "2020").iterdir()}
    assert {"freeze", "lock_targets", "hand_out_annual", "limitation_september"} <= kept
