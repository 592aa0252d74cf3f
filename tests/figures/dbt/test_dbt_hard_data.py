"""No form that is accepted aborts a build, breaks a promise of the marts, or a check that blocks.

The hardest amounts and rates that the readers take, drawn into the project's templates: nothing,
one, the most, below zero, and a proportion of the most to one. Where a form would be taken for one
in 円 it is let pass by name.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest

from ingest.load import Arrival, Rules, SourceFile, load
from ingest.templates import draw
from ingest.waivers import Waiver
from services.warehouse.contracts import Spec

from .conftest import Workshop
from .test_dbt_contracts import breaches
from .warehouse import TYPED, Built

CODE = "999999"
MOST = 9_999_999_999  # thousand yen; one more is taken for yen
SHARE = MOST // 6  # so that no balance is more than the most
HARD = (0, 1, -1, SHARE, -SHARE, 7)
CARRIED = {"B": "A", "C": "B", "D": "B", "E": "C", "F": "D", "G": "F"}
YEARS = range(2018, 2023)
CLAIMS = [f"{number:03d}" for number in range(1, 25)]
SOME = random.Random(20260331)  # noqa: S311 - figures, not secrets

Amounts = dict[str, int]


def hard() -> Amounts:
    """Typed amounts of a row; every other time the most for one."""
    amounts = {name: SOME.choice(HARD) for name in TYPED}
    if SOME.random() < 1 / 2:
        amounts |= {"assessed_prior": 1, "collected_prior": -SHARE, "written_off_prior": 0}
        amounts |= {"assessed_current": 1, "collected_current": SHARE, "written_off_current": 0}
    return amounts


def balance(row: Mapping[str, int], part: str) -> int:
    return row[f"assessed_{part}"] - row[f"collected_{part}"] - row[f"written_off_{part}"]


def attainment(rows: Mapping[str, Amounts]) -> Iterator[tuple[str, str]]:
    """達成状況 by part, as the form's own rule has it."""
    is_new = not any(amount for letter in "ABC" for amount in rows[letter].values())
    for part, parts in (("prior", ["prior"]), ("current", ["current"]), ("total", CARRIED_PARTS)):
        target, actual = (sum(balance(rows[each], p) for p in parts) for each in "CD")
        nothing = not actual and not sum(rows["C"][f"assessed_{p}"] for p in parts)
        yield part, "—" if is_new or nothing else "A" if actual <= target else "B1"


CARRIED_PARTS = ["prior", "current"]


def annual(claim: str, year: int) -> bytes:
    rows: dict[str, Amounts] = {}
    for letter in "ABCDEFG":
        rows[letter] = dict.fromkeys(TYPED, 0) if claim == CLAIMS[0] else hard()
        if letter in CARRIED:
            before = rows[CARRIED[letter]]
            rows[letter]["carried_forward"] = sum(balance(before, p) for p in CARRIED_PARTS)
    values: dict[Any, Any] = {
        ("collection", letter, name): amount
        for letter, row in rows.items()
        for name, amount in row.items()
    }
    for part in CARRIED_PARTS:
        left = balance(rows["D"], part)
        values["status", f"{part}/02", "cases"] = int(left != 0)
        values["status", f"{part}/02", "balance"] = left
    values |= {("attainment", part, "reported"): text for part, text in attainment(rows)}
    values["total", "", "debtors"] = SOME.choice((0, 1, 999_999_999))
    header = {"claim_number": claim, "claim_name": f"債権{claim}", "claim_classes": "私債権"}
    header |= {"department": f"局{int(claim) % 3}", "section": "係"}
    return draw("annual", municipality_code=CODE, fiscal_year=year, header=header, values=values)


def interim(department: int, year: int) -> bytes:
    values: dict[Any, Any] = {}
    for claim in CLAIMS[department::3]:
        typed = dict.fromkeys(TYPED, 0) if claim == CLAIMS[0] else hard()
        words = {"claim_number": claim, "claim_name": f"債権{claim}", "claim_classes": "私債権"}
        counts = {"cases": SOME.choice((0, 999_999_999)), "debtors": SOME.choice((0, 3))}
        row: dict[str, Any] = words | typed | counts
        values |= {("collection", claim, name): value for name, value in row.items()}
    header = {"department": f"局{(department + 1) % 3}", "section": "係"}
    as_of = date(year, 7, 31)
    return draw("interim", municipality_code=CODE, as_of=as_of, header=header, values=values)


def let_pass(claim_or_department: str) -> Waiver:
    return Waiver("thousandfold", claim_or_department, "試験", "試験係", date(2027, 3, 31))


def other_forms() -> Iterator[bytes]:
    """The other four, as hard."""
    names = {("plan", "1", "department"): "課", ("plan", "1", "claim_name"): "市税"}
    for measure, figures in (
        ("uncollected", (MOST, -1, 0, MOST)),
        ("collection_rate", ("100", "0", "99.99", "0.1")),
    ):
        columns = ("baseline_actual", "target", "actual", "next_target")
        row = {("plan", "1", name): v for name, v in zip(columns, figures, strict=True)}
        header = {"plan": "第1次計画", "baseline_year": "2016", "measure": measure}
        yield draw("plan", municipality_code=CODE, fiscal_year=2019, header=header,
                   values={**names, **row})  # fmt: skip
    columns = ("claim_name", "uncollected", "claim_classes", "bureau", "section")
    listed = zip(columns, ("返納金", MOST, "強・非・私", "局", "課"), strict=True)
    yield draw("claim_list", municipality_code=CODE, fiscal_year=2021,
               values={("claim_list", "1", name): value for name, value in listed})  # fmt: skip
    results = {
        "assessed_current": 1, "collected_current": MOST * 999, "assessed_prior": 0,
        "collected_prior": 0, "written_off": 0, "debtors": 999_999_999,
    }  # fmt: skip
    aims = {"rate_current": "100", "rate_prior": "0", "uncollected_target": 0}
    years = {
        ("settlement", str(year), n): v for year in range(2017, 2022) for n, v in results.items()
    }
    targets = {("settlement_target", "2023", name): value for name, value in aims.items()}
    yield draw("promotion", municipality_code=CODE, fiscal_year=2021,
               header={"claim_name": "使用料", "department": "課"},
               values={**years, **targets})  # fmt: skip
    row = {"fiscal_year": "令和2年度", "target_kind": "当初目標", "target": 99_999, "actual": 0}
    values = {("city_target", "1", name): value for name, value in row.items()}
    yield draw("city_target", municipality_code=CODE, values=values)


@pytest.fixture(scope="module")
def built(workshop: Workshop) -> Built:
    landing = workshop.landing()
    forms = [
        *(annual(claim, year) for claim in CLAIMS for year in YEARS),
        *(interim(department, year) for department in range(3) for year in (*YEARS, 2023)),
        *other_forms(),
    ]
    files = []
    for number, form in enumerate(forms):
        path = workshop.folder / f"{number}.xlsx"
        path.write_bytes(form)
        files.append(SourceFile(path, CODE))
    report = load(
        files,
        Arrival(datetime(2026, 9, 1, tzinfo=UTC)),
        landing=landing.folder,
        archive=None,
        rules=Rules(waivers=tuple(map(let_pass, (*CLAIMS, "局0", "局1", "局2")))),
    )
    turned_away = [
        finding.message
        for book in report.workbooks
        for finding in book.findings
        if finding.severity == "error"
    ]
    assert turned_away == []
    return workshop.build()


def test_nothing_that_blocks_fails(built: Built) -> None:
    assert {name for name, status in built.wrong().items() if status != "warn"} == set()


def test_every_promise_of_the_marts_holds(built: Built, promised: dict[str, Spec]) -> None:
    broken = {name: list(breaches(built.path, spec)) for name, spec in promised.items()}
    assert {name: found for name, found in broken.items() if found} == {}


def test_every_question_and_every_table_is_answered_also_of_a_past_day(built: Built) -> None:
    for question in built.rows("select sql from marts.saved_question"):
        built.rows(question["sql"])
    tables = built.rows("""
        select table_schema, table_name from information_schema.tables
        where table_schema in ('marts', '財政')
    """)
    for schema, name in (table.values() for table in tables):
        built.rows(f'from {schema}."{name}"')
        try:
            built.rows(f"from {schema}.\"{name}_as_of\"('2026-09-30')")
        except duckdb.InvalidInputException as refused:
            assert "残していません" in str(refused)  # what is not kept of a past day


def test_the_data_are_as_hard_as_they_should_be(built: Built) -> None:
    """Outlooks below zero and beyond bounds, rates without end, sums of the most."""
    (seen,) = built.rows("""
        select
            count(*) filter (note like '%マイナス%') as below_zero,
            count(*) filter (note like '%満たない%') as too_few_years,
            count(expected_balance) as outlooks,
            (
                select count(*) from marts.fct_collection
                where collection_rate_current is not null and collection_rate_current_pct is null
            ) as endless_rates,
            (select count(*) from marts.mart_settlement where rate_current_pct is null) as settled,
            (select max(abs(balance)) from marts.fct_collection) as most
        from marts.mart_outlook
    """)
    assert min(seen.values()) > 0, seen
    assert seen["most"] > MOST * 1_000 // 3
