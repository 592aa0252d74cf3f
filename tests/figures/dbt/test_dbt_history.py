"""A history is, at every moment, what a warehouse said that had only seen what was there by then.

A city hands in forms of all kinds, again and for other years, and takes some back, at random.
Beside it stand as many cities as there are moments: each saw the same, up to its moment. One build
holds them all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import pytest

from .conftest import Workshop
from .test_dbt_rules import TOKYO, owed
from .warehouse import Built, Landing

FACTS = (
    "fct_collection",
    "fct_claim_status",
    "mart_target_attainment",
    "mart_plan_progress",
    "mart_plan_comparison",
    "mart_settlement",
    "mart_settlement_target",
    "mart_claim_list",
    "mart_city_target",
)
CITIES, EVENTS = 3, 24


@dataclass
class City:
    """What a city handed in: moment and how to land it, in order; and a random source."""

    random: Random
    events: list[tuple[datetime, Callable[[Landing, str], None]]] = field(default_factory=list)

    def happens(self) -> None:
        """Another form, or one taken back; some at the very moment of the one before."""
        now = self.events[-1][0] if self.events else datetime(2022, 1, 1, 9, tzinfo=TOKYO)
        now += timedelta(days=self.random.choice((0, 1, 1, 1)))
        if self.events and self.random.random() < 0.3:
            gone = self.random.randrange(len(self.events))
            self.events.append((now, withdrawal(gone, now)))
        else:
            form = self.random.choice((annual, annual, interim, plan, claim_list, sheet, targets))
            self.events.append((now, form(self.random, len(self.events), now)))

    def moments(self) -> list[datetime]:
        """When something happened, each once."""
        return sorted({moment for moment, _ in self.events})

    def land(self, landing: Landing, code: str, until: datetime) -> None:
        """What happened by a moment, as another city's."""
        for moment, event in self.events:
            if moment <= until:
                event(landing, code)


def withdrawal(nth: int, now: datetime) -> Callable[[Landing, str], None]:
    """The nth event taken back; of a withdrawal nothing is."""
    return lambda landing, code: landing.withdraw(
        f"{code}:{nth}", at=now.isoformat(), by="財政 花子", reason="誤り"
    )


def header(code: str, nth: int, now: datetime) -> dict[str, Any]:
    """Who handed in what and when."""
    return {
        "submission_id": f"{code}:{nth}",
        "municipality_code": code,
        "received_at": now.isoformat(),
    }


def annual(random: Random, nth: int, now: datetime) -> Callable[[Landing, str], None]:
    """The form of one of two claims and one of three years."""
    number, year = random.choice(("003", "004")), random.choice((2018, 2019, 2020))
    rows = {letter: owed(random.randrange(1, 9) * 1000) for letter in "ABCDEFG"}
    return lambda landing, code: landing.annual(
        rows=rows, claim_number=number, fiscal_year=year, **header(code, nth, now)
    )


def interim(random: Random, nth: int, now: datetime) -> Callable[[Landing, str], None]:
    """A department's report of one of two claims, or of both."""
    claims = {number: owed(random.randrange(9)) for number in random.sample(("003", "004"), 2)}
    if random.random() < 0.5:
        claims.popitem()
    return lambda landing, code: landing.interim(
        claims=claims, as_of=date(2020, 7, 31), fiscal_year=2020, **header(code, nth, now)
    )


def plan(random: Random, nth: int, now: datetime) -> Callable[[Landing, str], None]:
    """A table of one of two plans, whose definitions may differ."""
    name, year = random.choice(("第1次計画", "第2次計画")), random.choice((2019, 2020))
    row = {"department": "税制課", "claim_name": "市税", "footnoted": random.random() < 0.5}
    rows = [row | {"figures": [random.randrange(9) for _ in range(4)]}]
    return lambda landing, code: landing.plan(
        rows=rows,
        plan=name,
        years=(year - 1, year, year, year + 1),
        total=rows[0]["figures"],
        **header(code, nth, now),
    )


def claim_list(random: Random, nth: int, now: datetime) -> Callable[[Landing, str], None]:
    """The list of one of two years."""
    year, amount = random.choice((2020, 2021)), random.randrange(9)
    listed = [{"claim_name": "市税", "uncollected": amount, "section": "税制課"}]
    return lambda landing, code: landing.claim_list(
        claims=listed, total=amount, fiscal_year=year, **header(code, nth, now)
    )


def sheet(random: Random, nth: int, now: datetime) -> Callable[[Landing, str], None]:
    """A promotion sheet of three years, under one of two spellings of one name."""
    name, last = random.choice(("住宅（家賃）", "住宅 (家賃)")), random.choice((2019, 2020, 2021))
    years = {}
    for year in range(last - 2, last + 1):
        prior, current = random.randrange(9), random.randrange(9)
        years[year] = {
            "assessed_current": current, "collected_current": 0, "assessed_prior": prior,
            "collected_prior": 0, "written_off": 0, "uncollected": prior + current,
        }  # fmt: skip
    wanted = {last + 1: {"uncollected_target": random.randrange(9)}}
    note = "範囲が狭い" if random.random() < 0.3 else None
    return lambda landing, code: landing.promotion(
        years=years, targets=wanted, scope_note=note, claim_name=name, **header(code, nth, now)
    )


def targets(random: Random, nth: int, now: datetime) -> Callable[[Landing, str], None]:
    """A list of the targets of three years, with what is known of results."""
    last = random.choice((2020, 2021))
    listed = [
        {
            "fiscal_year": year,
            "target_kind": kind,
            "target": random.choice((None, *range(300, 309))),
            "actual": random.choice((None, 300)) if year < last else None,
        }
        for year in range(last - 2, last + 1)
        for kind in ("initial_target", "revised_target")
    ]
    return lambda landing, code: landing.city_target(targets=listed, **header(code, nth, now))


@dataclass(frozen=True)
class Told:
    """The build; and of each moment: the whole city, the moment, the city that saw no more."""

    built: Built
    moments: Sequence[tuple[str, datetime, str]]


@pytest.fixture(scope="module")
def told(workshop: Workshop) -> Told:
    """Every city, and beside it one for each of its moments."""
    landing = workshop.landing()
    moments = []
    for seed in range(CITIES):
        city = City(Random(seed))  # noqa: S311 - the same cases every time
        for _ in range(EVENTS):
            city.happens()
        whole = f"{seed + 1:02d}0000"
        city.land(landing, whole, city.moments()[-1])
        for nth, moment in enumerate(city.moments(), 1):
            until = f"{seed + 1:02d}{nth:04d}"
            city.land(landing, until, moment)
            moments.append((whole, moment, until))
    landing.write()
    built = workshop.build()
    assert {name for name, status in built.wrong().items() if status != "warn"} == set()
    return Told(built, moments)


@pytest.mark.parametrize("fact", FACTS)
def test_history_is_what_was_said_at_every_moment(told: Told, fact: str) -> None:
    seen = ", ".join(
        f"('{whole}', timestamptz '{at}', '{until}')" for whole, at, until in told.moments
    )
    columns = """
        until, split_part(submission_id, ':', 2) as nth,
        * exclude (municipality_code, submission_id, known_to, whole, moment, until)
    """
    rows = told.built.rows(f"""
        with seen (whole, moment, until) as (values {seen}),
        history as (
            select {columns}
            from marts.{fact}_history inner join seen on municipality_code = whole
            where known_from <= moment and (moment < known_to or known_to is null)
        ),
        fact as (
            select {columns}
            from marts.{fact} inner join seen on municipality_code = until
        )
        select (select count(*) from fact) as compared, differing.*
        from (values (1)) left join (
            (select 'history' as only_in, * from (from history except all from fact))
            union all
            (select 'fact' as only_in, * from (from fact except all from history))
        ) as differing on true
    """)  # noqa: S608
    assert rows[0]["compared"] > 0
    assert [row for row in rows if row["only_in"]] == []


# What cannot be asked as of a day, each with its reason in its YAML (meta: never_as_of).
NEVER = {
    "mart_claim_to_register",
    "mart_collection_status",
    "mart_opening_balance",
    "mart_restatement",
    "台帳未登録の債権",
    "提出管理",
    "繰越額の照合",
    "過年度の修正",
}
# What is no fact says what it says now: dimensions, and the views that only show one.
AS_IT_IS = {"債権"}


@pytest.fixture(scope="module")
def reader(told: Told) -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection for the many questions."""
    with duckdb.connect(told.built.path, read_only=True) as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        yield connection


def test_every_mart_and_view_tells_of_earlier_days_or_why_not(
    reader: duckdb.DuckDBPyConnection,
) -> None:
    names = reader.execute("""
        select table_schema, table_name from information_schema.tables
        where table_schema in ('marts', '財政')
    """).fetchall()
    refused = {}
    for schema, name in names:
        try:
            reader.execute(f"select count(*) from {schema}.\"{name}_as_of\"('2022-01-05')")  # noqa: S608
        except duckdb.InvalidInputException as error:
            refused[name] = str(error)
    assert refused.keys() == NEVER
    assert not [name for name, reason in refused.items() if "内容は残していません" in reason]


def test_every_mart_and_view_answers_as_it_did_at_a_moment(
    told: Told, reader: duckdb.DuckDBPyConnection
) -> None:
    cities = reader.execute("""
        select table_schema, table_name, column_name from information_schema.columns
        where
            table_schema in ('marts', '財政')
            and column_name in ('municipality_code', '自治体コード')
            and not starts_with(table_name, 'dim_')
        order by all
    """).fetchall()
    wrong = []
    for schema, name, code in cities:
        if name in NEVER | AS_IT_IS:
            continue
        for whole, moment, until in told.moments[4::25]:
            # The cities differ in their code, which is also in the numbers of their submissions.
            differing = reader.execute(f"""
                with told (line) as (
                    select cast(t as varchar)
                    from {schema}."{name}_as_of"(timestamptz '{moment}') as t
                    where {code} = '{whole}'
                ),
                seen (line) as (
                    select replace(cast(t as varchar), '{until}', '{whole}')
                    from {schema}."{name}" as t
                    where {code} = '{until}'
                )
                (select 'as of' as only_in, line from (from told except all from seen))
                union all
                (select 'seen' as only_in, line from (from seen except all from told))
            """).fetchall()  # noqa: S608
            wrong += [(name, moment, *row) for row in differing]
    assert wrong == []
