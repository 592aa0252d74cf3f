"""Asking what was known on an earlier day: a report is handed in, corrected, taken back."""

import json
import shutil
from datetime import date, timedelta

import pytest
from flow.city import IN_NOVEMBER, balance_report, land, mishukin

from ingest import landing
from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit, Stop
from services.home import Home
from services.intake.versions import withdraw
from services.query import ask
from services.trace import Filter, trace

OCTOBER = date(2020, 10, 31)
# The day before, the day it came, the day of the correction, the day that was taken back.
BEFORE, CAME, CORRECTED, WITHDRAWN = "2020-11-19", "2020-11-20", "2020-11-21", "2020-11-23"
BALANCES = {BEFORE: [], CAME: [1_160_000], CORRECTED: [1_360_000], WITHDRAWN: [1_160_000]}
BALANCE = "select balance from {} where claim_number = '008' and as_of = date '2020-10-31'"


@pytest.fixture(scope="module")
def eventful(built_once: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The city of the session, whose October report was corrected, and the correction withdrawn."""
    folder = tmp_path_factory.mktemp("eventful")
    home = Home(folder / "home")
    shutil.copytree(built_once.root, home.root, symlinks=True)
    report = folder / "correction.xlsx"
    report.write_bytes(balance_report(OCTOBER, 1200))
    land(home, [report], IN_NOVEMBER + timedelta(days=1))
    (corrected,) = (
        row["submission_id"]
        for row in landing.table(home.landing, "submission")
        if row["file"] == report.name
    )
    (home.config / "city.yml").write_text("generations_kept: 1\n", encoding="utf-8")
    withdraw(home, corrected, "財政課長", "二重提出", IN_NOVEMBER + timedelta(days=3))
    outcome = runs.build(home, stopped_at(IN_NOVEMBER + timedelta(days=4)))
    assert outcome.code is Exit.DONE, outcome.messages
    return home


@pytest.mark.parametrize("mart", ["fct_collection", "mart_balance_report"])
def test_each_day_has_the_answer_it_had(eventful: Home, mart: str) -> None:
    sql = BALANCE.format(mart)
    for day, balances in BALANCES.items():
        assert [row[0] for row in ask(eventful, sql, as_of=day).rows] == balances, day
    assert ask(eventful, sql).rows == [(1_160_000,)]


def test_the_views_and_the_totals_answer_as_of_the_same_day(eventful: Home) -> None:
    city = (
        "select 残高 from 財政.残高報告合計 where 基準日 = date '2020-10-31' and 集計単位 = '全市'"
    )
    answers = {day: ask(eventful, city, as_of=day).rows for day in BALANCES}
    assert answers[CORRECTED][0][0] - answers[CAME][0][0] == 2 * 200_000
    assert (answers[BEFORE], answers[WITHDRAWN]) == ([], answers[CAME])


def test_the_macros_of_the_generation_answer_the_same(eventful: Home) -> None:
    for day, balances in BALANCES.items():
        for known_at in (f"'{day}'", f"date '{day}'", f"timestamptz '{day} 14:00:00+00:00'"):
            sql = BALANCE.format(f"mart_balance_report_as_of({known_at})")
            assert [row[0] for row in ask(eventful, sql).rows] == balances, known_at


def test_a_moment_is_told_from_the_one_before(eventful: Home) -> None:
    sql = BALANCE.format("fct_collection")
    assert ask(eventful, sql, as_of="2020-11-21T08:59:59").rows == [(1_160_000,)]
    assert ask(eventful, sql, as_of="2020-11-21T09:00:00").rows == [(1_360_000,)]
    assert ask(eventful, sql, as_of="2020-11-21T00:00:00Z").rows == [(1_360_000,)]


@pytest.mark.parametrize(
    ("day", "counted"),
    [(CAME, "2020-10-31.xlsx"), (CORRECTED, "correction.xlsx"), (WITHDRAWN, "2020-10-31.xlsx")],
)
def test_a_trace_leads_to_the_sheet_that_counted_on_the_day(
    eventful: Home, day: str, counted: str
) -> None:
    row = [Filter("--claim", ("claim_number",), "008"), Filter("--as-of", ("as_of",), "2020-10-31")]
    traced = trace(eventful, "mart_balance_report", "balance", row, known_at=day)
    assert [traced.figure.value] == BALANCES[day]
    assert {cell.submission.file for cell in traced.figure.cells} == {counted}
    assert traced.wrong == []


def test_the_command_asks_as_of_a_day(eventful: Home) -> None:
    sql = BALANCE.format("marts.mart_balance_report")
    ended = mishukin(eventful, "sql", sql, "--as-of", CORRECTED, "--format", "json")
    assert (ended.code, json.loads(ended.out)) == (Exit.DONE, [{"balance": 1_360_000}])


@pytest.mark.parametrize(
    ("sql", "day", "told"),
    [
        ("from mart_claim_to_register", CAME, "mart_claim_to_register は過去の日では"),
        ("from 台帳未登録の債権", CAME, "台帳未登録の債権 は過去の日では"),
        ("delete from fct_collection", CAME, "read-only"),
        ("select 1", "昨日", "日付か日時"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_reason(
    eventful: Home, sql: str, day: str, told: str
) -> None:
    with pytest.raises(Stop, match=told):
        ask(eventful, sql, as_of=day)


def test_as_many_generations_stay_as_the_city_says(eventful: Home) -> None:
    assert [path.name for path in eventful.marts.glob("2*")] == [eventful.current.resolve().name]
