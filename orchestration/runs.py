"""The command line's way to the assets: the same jobs, in this process.

Heavy: imports dagster and dbt.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import dagster as dg

from orchestration import progress
from orchestration.checks import failure_lines
from orchestration.definitions import build_defs
from orchestration.instance import open_instance
from orchestration.jobs import report_job_of
from orchestration.resources import Intake
from orchestration.tags import run_tags
from services import releases
from services.clock import Clock
from services.exits import Exit
from services.home import Home
from services.messages import finding_line, returned_line, summary
from services.postgres.target import Target
from services.records import acts, tombstones
from services.troubles import explained

UNTOUCHED = "公開用データと公開サイトは前のままです。"


@dataclass(slots=True)
class Outcome:
    """What a command says (standard error), gives (standard output), and ends with."""

    code: Exit = Exit.DONE
    messages: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)

    def add(self, refused: "Outcome") -> None:
        """What was refused besides; the first refusal decides how the command ends."""
        self.messages += refused.messages
        self.code = refused.code if self.code is Exit.DONE else self.code


class Runner:
    """One home's jobs, run one after the other in this process."""

    def __init__(self, home: Home, clock: Clock, instance: dg.DagsterInstance) -> None:
        self.intake = Intake()
        self.tells_progress = False
        self.home = home
        self.clock = clock
        self.instance = instance
        self.postgres = Target.told()
        self.definitions = build_defs(home, clock=clock, intake=self.intake, postgres=self.postgres)

    def execute(
        self,
        job: str,
        *,
        partition: str | None = None,
        config: Mapping[str, Any] | None = None,
        by: str = "",
        why: str = "",
    ) -> dg.ExecuteInProcessResult:
        """Run a job to its end, whatever that is; the run's tags tell `by` whom and `why`."""
        level = "DEBUG" if os.environ.get("MISHUKIN_DEBUG") else "CRITICAL"
        loggers: dict[str, Any] = {"console": {"config": {"log_level": level}}}
        if self.tells_progress:
            loggers[progress.NAME] = {}
        return self.definitions.resolve_job_def(job).execute_in_process(
            run_config={"loggers": loggers, **(config or {})},
            partition_key=partition,
            tags=dict(run_tags(self.home, who=by or "command", why=why, command=job)),
            instance=self.instance,
            raise_on_error=False,
        )


@contextmanager
def runner(home: Home, clock: Clock) -> Iterator[Runner]:
    """A runner that is the home's one writer until the command ends."""
    with home.writer(), open_instance(home) as instance:
        tombstones.settle(home)
        acts.catch_up(home, clock())
        yield Runner(home, clock, instance)


def build(home: Home, clock: Clock, *, tells_progress: bool = False) -> Outcome:
    """`mishukin build`."""
    with runner(home, clock) as running:
        running.tells_progress = tells_progress
        outcome = told(running, running.execute("build"))
        if outcome.code is Exit.DONE:
            add_postgres(running, outcome)
        return outcome


def run(home: Home, clock: Clock, *, by: str | None = None) -> Outcome:
    """`mishukin run`: the main job, then a draft of each report whose figures changed."""
    with runner(home, clock) as running:
        running.intake.by = by
        outcome = told(running, running.execute("main", by=by or ""))
        if outcome.code in (Exit.DONE, Exit.REJECTED):
            add_drafts(running, outcome, releases.stale(home))
            add_postgres(running, outcome)
        return outcome


def rebuild(home: Home, clock: Clock) -> Outcome:
    """`mishukin rebuild`: all that is made from the landing zone, drafts included."""
    with runner(home, clock) as running:
        outcome = told(running, running.execute("build"))
        if outcome.code is Exit.DONE:
            add_drafts(running, outcome, releases.stale(home))
            add_postgres(running, outcome)
        return outcome


def draft(home: Home, clock: Clock, as_of: date | None, *, issued: date | None = None) -> Outcome:
    """`mishukin report draft`."""
    with runner(home, clock) as running:
        outcome = Outcome()
        days = [as_of] if as_of else releases.stale(home)
        add_drafts(running, outcome, days, issued=issued.isoformat() if issued else "")
        if not days:
            outcome.messages.append("作り直す下書きはありません。")
        return outcome


def correct(home: Home, clock: Clock, as_of: date, *, reason: str, by: str) -> Outcome:
    """`mishukin report correct`."""
    with runner(home, clock) as running:
        outcome = Outcome()
        add_drafts(running, outcome, [as_of], reason=reason, by=by)
        return outcome


def publish(
    home: Home, clock: Clock, as_of: date | None, *, early: str = "", by: str = ""
) -> Outcome:
    """`mishukin report publish`; `early` is why before the calendar's day."""
    with runner(home, clock) as running:
        chosen = {"as_of": as_of.isoformat() if as_of else "", "early": early, "by": by}
        config = {"ops": {"website": {"config": chosen}}}
        result = running.execute("publish", config=config, by=by, why=early)
        if not result.success:
            return stopped(result)
        published = materialized(result, "website")["published"]
        if not published:
            return Outcome(
                Exit.NOT_APPROVED, ["承認済みで公表日の来た、未公表の下書きはありません。"]
            )
        return Outcome(results=[f"public/{revision}/" for revision in published])


def add_drafts(running: Runner, outcome: Outcome, days: list[date], **asked: str) -> None:
    """Draft each day as asked (`DraftConfig`); the first refused decides how the command ends."""
    config = {"ops": {"balance_report_draft": {"config": asked}}}
    for as_of in days:
        result = running.execute(
            report_job_of(as_of),
            partition=as_of.isoformat(),
            config=config,
            by=asked.get("by", ""),
            why=asked.get("reason", ""),
        )
        if result.success:
            outcome.results.append(f"drafts/{as_of.isoformat()}/")
            outcome.messages += releases.notes_on(running.home, as_of, running.clock())
        else:
            outcome.add(stopped(result))


def add_postgres(running: Runner, outcome: Outcome) -> None:
    """Copy the generation to PostgreSQL, where the environment names a server."""
    if running.postgres.dsn is None:
        return
    result = running.execute("postgres")
    if result.success:
        outcome.messages.append(materialized(result, "postgres_marts")["said"])
    else:
        outcome.add(stopped(result))


def told(running: Runner, result: dg.ExecuteInProcessResult) -> Outcome:
    """How a run of `main` or `build` ended: 4 before 3, since nothing was replaced."""
    outcome = Outcome()
    for report in running.intake.reports:
        outcome.messages += [finding_line(f) for book in report.workbooks for f in book.findings]
        outcome.messages += map(returned_line, running.intake.copies)
        outcome.messages += [*report.notes, summary(report)]
        if report.rejected:
            outcome.code = Exit.REJECTED
    is_replaced = bool(result.asset_materializations_for_node("generation"))
    if is_replaced:
        made = materialized(result, "generation")
        outcome.results.append(f"marts/{made['name']}.duckdb")
        if made["mended"]:
            outcome.messages.append(f"{made['mended']}ため、新しく作り直しました。")
    if not result.success:
        failed = stopped(result)
        outcome.messages += failed.messages if is_replaced else [*failed.messages, UNTOUCHED]
        outcome.code = failed.code
    return outcome


def stopped(result: dg.ExecuteInProcessResult) -> Outcome:
    """Why a run did not succeed: failed blocking checks, or what an asset said."""
    lines = failure_lines(result.get_asset_check_evaluations())
    if lines:
        return Outcome(Exit.CHECK_FAILED, lines)
    failures = [event.step_failure_data for event in result.get_step_failure_events()]
    outcome = Outcome(Exit.UNEXPECTED)
    for failure in failures:
        said = failure.user_failure_data
        if said is not None:
            told = said.description or ""
            outcome.messages.append(explained(told) or told)
            told_code: Any = said.metadata["exit"].value if "exit" in said.metadata else 1
            outcome.code = Exit(told_code)
        elif failure.error is not None:
            shown = failure.error_display_string
            outcome.messages.append(explained(shown) or shown.strip())
    return outcome


def materialized(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    """The metadata of the asset a run materialized."""
    events = result.asset_materializations_for_node(asset)
    return {name: value.value for name, value in events[-1].metadata.items()}
