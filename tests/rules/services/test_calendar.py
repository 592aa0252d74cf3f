"""Fiscal years, the dates of the balance reports, and the ticks that draft them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.reports import report_dates
from orchestration.instance import open_instance
from orchestration.jobs import report_job_of
from orchestration.schedules import every_schedule
from services.calendar import STEPS, Calendar, CalendarSettings, as_of_dates, is_as_of
from services.clock import read_instant
from services.exits import Stop
from services.home import Home
from terms.years import TOKYO, fiscal_year_of


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
    assert fiscal_year_of(day) == year


def test_each_year_has_three_report_dates_and_all_are_partitions() -> None:
    dates = as_of_dates(2023)
    assert dates == (date(2023, 7, 31), date(2023, 10, 31), date(2024, 1, 31))
    assert all(is_as_of(day) and fiscal_year_of(day) == 2023 for day in dates)
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


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    """A home that has a generation: without one there is nothing to ask for."""
    home = Home(tmp_path).create()
    home.current.touch()
    return home


def request_of(schedule: str, at: datetime, home: Home, instance: dg.DagsterInstance) -> object:
    """What a schedule asks for at a tick."""
    context = dg.build_schedule_context(
        instance, scheduled_execution_time=at.astimezone(UTC), resources={"home": home}
    )
    return next(each for each in every_schedule if each.name == schedule)(context)


@pytest.mark.parametrize(
    ("report", "tick", "as_of"),
    [
        ("july", datetime(2024, 10, 1, 6, tzinfo=TOKYO), "2024-07-31"),
        ("october", datetime(2025, 1, 6, 6, tzinfo=TOKYO), "2024-10-31"),  # 5 January is a Sunday
        ("january", datetime(2025, 3, 3, 6, tzinfo=TOKYO), "2025-01-31"),  # 1 March a Saturday
    ],
)
def test_a_tick_drafts_the_newest_date_of_its_report_and_none_before_its_day(
    report: str, tick: datetime, as_of: str, home: Home
) -> None:
    name = f"balance_report_{report}"
    with open_instance(home) as instance:
        request = request_of(name, tick, home, instance)
        before = request_of(name, tick - timedelta(days=1), home, instance)
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == as_of
    assert name == report_job_of(date.fromisoformat(as_of))
    assert isinstance(before, dg.SkipReason)


def test_a_step_missed_is_caught_up_with_for_a_month(home: Home) -> None:
    with open_instance(home) as instance:
        asked = {
            day: isinstance(
                request_of("freeze", datetime(*day, 6, tzinfo=TOKYO), home, instance),
                dg.RunRequest,
            )
            for day in [(2026, 5, 31), (2026, 6, 1), (2026, 6, 3), (2026, 7, 2), (2026, 7, 3)]
        }
    assert list(asked.values()) == [False, True, True, True, False]


def test_a_bulletin_is_of_the_month_it_is_due_in(home: Home) -> None:
    with open_instance(home) as instance:
        asked = request_of("bulletin", datetime(2027, 1, 1, 6, tzinfo=TOKYO), home, instance)
    assert isinstance(asked, dg.RunRequest)
    assert asked.run_config == {"ops": {"monthly_bulletin": {"config": {"month": "2027-01"}}}}


def test_nothing_is_asked_for_before_the_first_generation(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    with open_instance(home) as instance:
        asked = request_of("bulletin", datetime(2027, 1, 1, 6, tzinfo=TOKYO), home, instance)
    assert isinstance(asked, dg.SkipReason)


def test_every_schedule_ticks_in_japanese_time_each_morning() -> None:
    assert {schedule.execution_timezone for schedule in every_schedule} == {"Asia/Tokyo"}
    assert {schedule.cron_schedule for schedule in every_schedule} == {
        "0 6 * * *",
        "0 9 * * *",
    }


def test_an_instant_without_an_offset_is_japanese_time() -> None:
    assert read_instant("2024-08-20T09:00") == datetime(2024, 8, 20, 0, 0, tzinfo=UTC)
    assert read_instant("2024-08-20T09:00Z") == datetime(2024, 8, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("as_of", "published"),
    [
        (date(2025, 7, 31), date(2025, 10, 31)),
        (date(2025, 10, 31), date(2026, 1, 30)),  # 31 January is a Saturday
        (date(2026, 1, 31), date(2026, 3, 31)),
        (date(2026, 7, 31), date(2026, 10, 30)),
    ],
)
def test_a_report_is_published_on_the_last_working_day_of_its_month(
    as_of: date, published: date
) -> None:
    assert Calendar({}).publication_date(as_of) == published


@pytest.mark.parametrize("year", range(2020, 2027))
def test_offices_are_closed_over_the_new_year(year: int) -> None:
    days = [date(year, 12, 28) + timedelta(days=number) for number in range(8)]
    told = [day for day in days if Calendar({}).closed_for(day) in ("年末年始", "元日")]
    assert told == days[1:7]


def test_no_step_that_needs_people_falls_on_a_closed_day() -> None:
    calendar = Calendar({}, frozenset({date(2026, 4, 20)}))
    for year in range(2007, 2050):
        for entry in calendar.year(year):
            assert entry.step.shift == "fixed" or calendar.closed_for(entry.on) is None, entry
    assert calendar.day_of("conference_april", 2026) == date(2026, 4, 21)
    # 29 April to 5 May is full of holidays; the law knows no holiday.
    assert calendar.closed_for(date(2026, 5, 6)) == "振替休日"
    assert calendar.day_of("books_close", 2026) == date(2026, 5, 31)


def test_a_year_has_every_step_in_the_order_of_its_days() -> None:
    year = Calendar({}).year(2026)
    assert {entry.step.name for entry in year} == set(STEPS)
    assert [entry.on for entry in year] == sorted(entry.on for entry in year)
    assert all(fiscal_year_of(entry.on) == 2026 for entry in year)


def test_the_city_tells_the_days_that_differ(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    usual = Calendar.of(home)
    told = "closed: [2027-02-05]\nyears:\n  2026:\n    publish_october: 2027-02-08\n"
    (home.config / "calendar.yml").write_text(told, encoding="utf-8")
    calendar = Calendar.of(home)
    assert calendar.publication_date(date(2026, 10, 31)) == date(2027, 2, 8)
    assert calendar.publication_date(date(2025, 10, 31)) == date(2026, 1, 30)
    assert [e.step.name for e in calendar.year(2026) if e.told] == ["publish_october"]
    assert (usual.closed_for(date(2027, 2, 5)), calendar.closed_for(date(2027, 2, 5))) == (
        None,
        "閉庁日",
    )


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("a: [", "1行目: YAMLとして読めません"),
        ("- 1", "「項目: 値」の形"),
        ("years: 2026", "years: 「2026」は使えません。「項目: 値」の形"),
        ("closed: 3", "closed: 「3」は使えません。「- 」で始まる"),
        ("holidays: []", "「holidays」という項目はありません"),
        (
            "years: {令和8: {freeze: 2026-06-01}}",
            "years 令和8: 「令和8」は使えません。西暦4桁の年度",
        ),
        (
            "years: {2026: {publish: 2026-10-30}}",
            "years 2026 publish: 「publish」は使えません。手順は pack_april、",
        ),
        (
            "years: {2026: {publish_july: 10月30日}}",
            "years 2026 publish_july: 「10月30日」は使えません。日付",
        ),
        ("years: {2026: {publish_july: 2026-11-03}}", "2026-11-03 は文化の日です"),
        ("years: {2026: {publish_july: 2026-10-31}}", "2026-10-31 は土曜日です"),
        ("years: {2026: {publish_october: 2027-12-29}}", "は年末年始です"),
        ("years: {2026: {publish_july: 2027-10-29}}", "離れすぎています"),
        ("years: {2026: {publish_july: 2026-09-01}}", "日付の順が逆です"),
    ],
)
def test_a_faulty_calendar_is_told_by_its_fault(content: str, fault: str) -> None:
    with pytest.raises(Stop, match=fault):
        CalendarSettings.read(content)
