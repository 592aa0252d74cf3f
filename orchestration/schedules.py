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


every_schedule = [report_schedule(report) for report in BALANCE_REPORTS]
