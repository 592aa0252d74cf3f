"""Fiscal years, the dates of the balance reports, and the ticks that draft them."""

from datetime import UTC, date, datetime

import dagster as dg
import pytest

from orchestration.assets.reports import report_dates
from orchestration.calendar import as_of_dates, fiscal_year, is_as_of
from orchestration.clock import TOKYO, read_instant
from orchestration.jobs import report_job_of
from orchestration.schedules import every_schedule


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 3, 31), 2023),
        (date(2024, 4, 1), 2024),
        (date(2024, 12, 31), 2024),
        (date(2025, 1, 31), 2024),
    ],
)
def test_a_fiscal_year_begins_in_april(day: date, year: int) -> None:
    assert fiscal_year(day) == year


def test_each_year_has_three_report_dates_and_all_are_partitions() -> None:
    dates = as_of_dates(2023)
    assert dates == (date(2023, 7, 31), date(2023, 10, 31), date(2024, 1, 31))
    assert all(is_as_of(day) and fiscal_year(day) == 2023 for day in dates)
    for day in dates:
        assert report_dates.has_partition_key(day.isoformat())


@pytest.mark.parametrize("day", [date(2024, 7, 30), date(2024, 8, 31), date(2024, 12, 31)])
def test_other_days_are_no_report_dates(day: date) -> None:
    assert not is_as_of(day)
    assert not report_dates.has_partition_key(day.isoformat())


@pytest.mark.parametrize(
    ("now", "last"),
    [
        # 31 July begins at 15:00 UTC of the day before.
        (datetime(2024, 7, 30, 14, 59, tzinfo=UTC), "2024-01-31"),
        (datetime(2024, 7, 30, 15, 0, tzinfo=UTC), "2024-07-31"),
    ],
)
def test_a_report_date_can_be_drafted_from_its_own_day_on(now: datetime, last: str) -> None:
    keys = report_dates.get_partition_keys(current_time=now)
    assert keys[-1] == last


@pytest.mark.parametrize(
    ("report", "tick", "as_of"),
    [
        ("july", datetime(2024, 10, 1, 6, tzinfo=TOKYO), "2024-07-31"),
        ("october", datetime(2025, 1, 5, 6, tzinfo=TOKYO), "2024-10-31"),
        ("january", datetime(2025, 3, 1, 6, tzinfo=TOKYO), "2025-01-31"),
    ],
)
def test_a_tick_drafts_the_newest_date_of_its_report(
    report: str, tick: datetime, as_of: str
) -> None:
    schedule = next(s for s in every_schedule if s.name == f"balance_report_{report}")
    assert schedule.execution_timezone == "Asia/Tokyo"
    context = dg.build_schedule_context(scheduled_execution_time=tick.astimezone(UTC))
    request = schedule(context)
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == as_of
    assert schedule.job_name == report_job_of(date.fromisoformat(as_of))


def test_drafts_are_drawn_early_in_october_january_and_march() -> None:
    assert [(s.name, s.cron_schedule) for s in every_schedule] == [
        ("balance_report_july", "0 6 1 10 *"),
        ("balance_report_october", "0 6 5 1 *"),
        ("balance_report_january", "0 6 1 3 *"),
    ]


def test_an_instant_without_an_offset_is_japanese_time() -> None:
    assert read_instant("2024-08-20T09:00") == datetime(2024, 8, 20, 0, 0, tzinfo=UTC)
    assert read_instant("2024-08-20T09:00Z") == datetime(2024, 8, 20, 9, 0, tzinfo=UTC)
