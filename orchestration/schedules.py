"""Schedules: each morning, in Japanese time, what the calendar has for the day.

A step is asked for by name and fiscal year, and only when no run of it succeeded or is under way:
so a step that failed is tried again the next morning, and one whose day passed while the machine
stood still is caught up with. Nothing is published that no person has approved.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import dagster as dg

from exports.desks.conference import CONFERENCES
from orchestration.assets.year import YEAR_STEPS
from orchestration.jobs import report_job_name
from orchestration.sensors import NOTHING_BUILT
from orchestration.tags import STEP, run_tags
from services import releases
from services.calendar import (
    BALANCE_REPORTS,
    STEPS,
    BalanceReport,
    Calendar,
    Entry,
    as_of_in,
    usual_day,
)
from services.clock import day_in_japan
from services.home import Home

MORNING = "0 6 * * *"
OPENING = "0 9 * * *"
# A step whose day is longer past belongs to a person: a house that starts anew has missed a year.
CATCH_UP = timedelta(days=31)
ENDED_BADLY = {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}

Ask = Callable[[Entry], Mapping[str, Any]]


def step_schedule(
    job: str, steps: tuple[str, ...], description: str, ask: Ask
) -> dg.ScheduleDefinition:
    """Run `job` once for each of `steps`; `ask` says what the run request holds."""

    @dg.schedule(
        name=job,
        job_name=job,
        cron_schedule=MORNING,
        execution_timezone="Asia/Tokyo",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def tick(
        context: dg.ScheduleEvaluationContext, home: dg.ResourceParam[Home]
    ) -> dg.RunRequest | dg.SkipReason:
        if not home.current.exists():
            return NOTHING_BUILT
        day = day_in_japan(context.scheduled_execution_time)
        entry = Calendar.of(home).newest(steps, day)
        key = f"{entry.step.name} {entry.fiscal_year}"
        if entry.on < day - CATCH_UP:
            return dg.SkipReason("きょうの暦にはありません")
        if is_asked(context.instance, key):
            return dg.SkipReason(f"{key} は済んでいるか、実行中です")
        return dg.RunRequest(
            run_key=key, tags=asked_tags(home, job, key, entry.step.title), **ask(entry)
        )

    return tick


def asked_tags(home: Home, schedule: str, step: str, why: str) -> Mapping[str, str]:
    """The tags of a run that the calendar asks for."""
    return run_tags(home, who=f"schedule {schedule}", why=why, step=step)


def is_asked(instance: dg.DagsterInstance, key: str) -> bool:
    """Whether a run of this step succeeded, or is waiting or under way."""
    runs = instance.get_runs(dg.RunsFilter(tags={STEP: key}))
    return any(run.status not in ENDED_BADLY for run in runs)


def of_the_year(asset: str) -> Ask:
    """The fiscal year's partition of an asset of `assets/year.py`."""

    def ask(entry: Entry) -> Mapping[str, Any]:
        config = {"ops": {asset: {"config": {"step": entry.step.name}}}}
        return {"partition_key": str(entry.fiscal_year), "run_config": config}

    return ask


def of_the_month(entry: Entry) -> Mapping[str, Any]:
    """The bulletin of a month, whatever day of it calendar.yml may tell."""
    month = f"{usual_day(entry.step, entry.fiscal_year):%Y-%m}"
    return {"run_config": {"ops": {"monthly_bulletin": {"config": {"month": month}}}}}


def of_nothing(_: Entry) -> Mapping[str, Any]:
    """A job that needs to be told nothing more."""
    return {}


def of_the_report(report: BalanceReport) -> Ask:
    """The partition of a report's date."""

    def ask(entry: Entry) -> Mapping[str, Any]:
        return {"partition_key": as_of_in(report, entry.fiscal_year).isoformat()}

    return ask


def steps_of(name: str) -> tuple[str, ...]:
    """The steps of the calendar that a job does: `limitation` those of September, …"""
    return tuple(step for step in STEPS if step.startswith(name))


@dg.schedule(
    job_name="publish",
    name="publish",
    cron_schedule=OPENING,
    execution_timezone="Asia/Tokyo",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="公表日が来た、承認済みの残高報告を公表する",
)
def publish_schedule(
    context: dg.ScheduleEvaluationContext, home: dg.ResourceParam[Home]
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask once for each approved draft whose day of publication has come."""
    waiting = releases.due(home, context.scheduled_execution_time) if home.current.exists() else []
    if not waiting:
        yield dg.SkipReason("公表日が来た承認済みの残高報告はありません")
    for draft in waiting:
        as_of = draft.as_of.isoformat()
        key = f"publish {as_of} {draft.content_hash[:12]}"
        if not is_asked(context.instance, key):
            config = {"ops": {"website": {"config": {"as_of": as_of}}}}
            tags = asked_tags(home, "publish", key, f"{as_of} の公表日が来た")
            yield dg.RunRequest(run_key=key, tags=tags, run_config=config)


@dg.schedule(
    job_name="collection",
    name="collection",
    cron_schedule=MORNING,
    execution_timezone="Asia/Tokyo",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="毎朝、提出状況の一覧を新しくし、まだ届いていない様式を催促する",
)
def collection_schedule(
    context: dg.ScheduleEvaluationContext, home: dg.ResourceParam[Home]
) -> dg.RunRequest | dg.SkipReason:
    """Once a day, as soon as there is a generation to ask."""
    if not home.current.exists():
        return NOTHING_BUILT
    day = day_in_japan(context.scheduled_execution_time).isoformat()
    tags = run_tags(home, who="schedule collection", why="毎朝の提出状況と催促")
    return dg.RunRequest(run_key=day, tags=tags)


every_schedule = [
    *(
        step_schedule(name, steps_of(name), description, of_the_year(asset))
        for name, (asset, _, description) in YEAR_STEPS.items()
    ),
    *(
        step_schedule(
            report_job_name(report),
            (f"draft_{report.name}",),
            f"{report.title}の下書きを作る(公表は承認を待つ)",
            of_the_report(report),
        )
        for report in BALANCE_REPORTS
    ),
    *(
        step_schedule(
            f"conference_{name}", (f"pack_{name}",), f"{title}の資料を作る(公開しない)", of_nothing
        )
        for name, (title, _) in CONFERENCES.items()
    ),
    step_schedule(
        "bulletin",
        steps_of("bulletin"),
        "庁内情報紙を毎月1日に作る(公開しない)",
        of_the_month,
    ),
    publish_schedule,
    collection_schedule,
]
