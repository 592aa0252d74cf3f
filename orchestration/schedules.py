"""Schedules: the drafts of the balance reports, in Japanese time.

Nothing is published by a schedule: a publication waits for a person's approval.
"""

import dagster as dg

from orchestration.calendar import BALANCE_REPORTS, BalanceReport, latest_as_of, partition_key
from orchestration.clock import TOKYO
from orchestration.jobs import report_job_name


def report_schedule(report: BalanceReport) -> dg.ScheduleDefinition:
    """Draft `report` early in the month it is published in."""

    @dg.schedule(
        name=report_job_name(report),
        job_name=report_job_name(report),
        cron_schedule=report.draft_cron,
        execution_timezone="Asia/Tokyo",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"{report.title}の下書きを作る(公表は承認を待つ)",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        day = context.scheduled_execution_time.astimezone(TOKYO).date()
        key = partition_key(latest_as_of(report, day))
        return dg.RunRequest(run_key=key, partition_key=key)

    return tick


@dg.schedule(
    name="bulletin",
    job_name="bulletin",
    cron_schedule="0 6 1 * *",
    execution_timezone="Asia/Tokyo",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="庁内情報紙を毎月1日に作る(公開しない)",
)
def bulletin_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The bulletin of the month that begins."""
    month = f"{context.scheduled_execution_time.astimezone(TOKYO):%Y-%m}"
    config = {"ops": {"monthly_bulletin": {"config": {"month": month}}}}
    return dg.RunRequest(run_key=month, run_config=config)


every_schedule = [*map(report_schedule, BALANCE_REPORTS), bulletin_schedule]
