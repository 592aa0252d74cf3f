"""The finance division's questions run on a built warehouse, and answer what they ask.

`questions.yml` has the first row of every answer about the small city below, worked out by hand.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import PROJECT, Workshop
from .warehouse import Built, Landing

Answer = dict[str, Any]
FILES = {path.stem: path for path in sorted((PROJECT / "analyses").glob("*.sql"))}
EXPECTED: dict[str, Answer] = yaml.safe_load(
    (Path(__file__).parent / "questions.yml").read_text("utf-8")
)


def owed(balance: int, **others: int) -> dict[str, int]:
    """A row of a balance carried over, in yen, and what else it has."""
    return {"carried_forward": balance, "assessed_prior": balance} | others


def of_2019(landing: Landing) -> None:
    """What departments said of FY2019, in July 2020; the balance report is of 2019."""
    landing.annual(
        "003 of 2019",
        {"C": owed(60_000), "D": owed(80_000), "E": owed(45_000), "F": owed(50_000)},
        by_class={
            "prior/02": {"cases": 1, "balance": 20_000},
            "prior/11": {"cases": 1, "balance": 60_000},
        },
        attainment={"prior": "A", "current": "—", "total": "B1"},
    )
    landing.annual("005 of 2019", {"D": owed(30_000)}, claim_number="005", department="水道局")
    landing.returned("003 returned", received_at="2020-07-01T09:00:00+09:00")
    for department, claim in (("水道局", "005"), ("財政局", "003")):
        landing.interim(
            f"{department} 2019",
            {claim: owed(79_000, collected_prior=7_900)},
            as_of=date(2019, 7, 31),
            fiscal_year=2019,
            received_at="2019-08-20T09:00:00+09:00",
            department=department,
        )
    claim = {"department": "財政局", "claim_name": "債権003"}
    landing.plan("plan", [claim | {"figures": (1_000, 2_000, 3_000, 4_000)}])


def of_2020(landing: Landing) -> None:
    """What they said of FY2020, in July 2021, and the balance report of 2020."""
    received = {"fiscal_year": 2020, "received_at": "2021-07-01T09:00:00+09:00"}
    landing.annual(
        "003 of 2020",
        {
            # 79,000 yen, where the form of 2019 had said 80,000.
            "B": owed(70_000) | {"assessed_current": 90_000, "collected_current": 81_000},
            "C": owed(60_000),
            "D": {
                "carried_forward": 80_000,
                "assessed_prior": 78_000,
                "collected_prior": 6_000,
                "written_off_prior": 2_000,
                "assessed_current": 40_000,
                "collected_current": 30_000,
            },
            "E": owed(75_000),
            "F": owed(72_000),
        },
        by_class={
            "prior/01": {"cases": 1, "balance": 5_000},
            "prior/06": {"cases": 2, "balance": 15_000},
            "prior/07": {"cases": 1, "balance": 10_000},
            "prior/09": {"cases": 3, "balance": 20_000},
            "prior/13": {"cases": 1, "balance": 4_000},
            "prior/14": {"cases": 1, "balance": 6_000},
            "prior/16": {"cases": 2, "balance": 10_000},
            "current/02": {"cases": 1, "balance": 10_000},
        },
        attainment={"prior": "B2", "current": "—", "total": "B2"},
        debtors=4,
        **received,
    )
    landing.annual(
        "004 of 2020",
        {
            "B": owed(20_000),
            "C": owed(30_000),
            "D": owed(20_000, collected_prior=8_000)
            | {"assessed_current": 100_000, "collected_current": 90_000},
        },
        claim_number="004",
        claim_classes="enforceable",
        department="福祉局",
        **received,
    )
    # Without a target: row C is blank. And 2,000 yen more than was left the year before.
    landing.annual(
        "006 of 2020", {"B": owed(5_000), "D": owed(7_000)}, claim_number="006", **received
    )
    landing.interim(
        "財政局 2020",
        {"003": owed(79_000, collected_prior=3_950)},
        as_of=date(2020, 7, 31),
        fiscal_year=2020,
        received_at="2020-08-20T09:00:00+09:00",
    )
    rates = {"assessed_current": 1_000, "collected_current": 980, "assessed_prior": 500}
    landing.promotion(
        "sheet",
        {2020: rates | {"collected_prior": 100, "written_off": 0, "uncollected": 420}},
        targets={2020: {"rate_current": "98.5", "rate_prior": "20.0", "uncollected_target": 400}},
    )
    people = {"2019-01-01": "299", "2020-01-01": "300", "2020-10-01": "310"}
    landing.table(
        "people",
        [("inhabitants", n, None, {"as_of": day, "unit": "人"}) for day, n in people.items()],
    )
    landing.city_target(
        "targets",
        [
            {"fiscal_year": 2019, "target_kind": "initial_target", "target": 400, "actual": 500},
            {"fiscal_year": 2020, "target_kind": "initial_target", "target": 300},
            {"fiscal_year": 2020, "target_kind": "revised_target", "target": 600, "actual": 400},
        ],
    )


def of_the_hospital(landing: Landing) -> None:
    """Claim 009 falls every year by a tenth until July, and by another until the year ends."""
    rows = {"A": 100_000, "B": 80_000, "D": 64_000}
    annual = {row: owed(opening, collected_prior=opening // 5) for row, opening in rows.items()}
    described = {"claim_number": "009", "department": "病院局"}
    landing.annual("009 of 2019", annual | {"E": owed(40_000), "F": owed(40_000)}, **described)
    for year, opening in zip(range(2017, 2021), (*rows.values(), 51_200), strict=True):
        landing.interim(
            f"病院局 {year}",
            {"009": owed(opening, collected_prior=opening // 10)},
            as_of=date(year, 7, 31),
            fiscal_year=year,
            received_at=f"{year}-08-20T09:00:00+09:00",
            department="病院局",
        )


@pytest.fixture(scope="module")
def built(workshop: Workshop) -> Built:
    """A small city with a register; the books of claim 004 have closed earlier since 2020."""
    landing = workshop.landing()
    of_2019(landing)
    of_2020(landing)
    of_the_hospital(landing)
    for claim_number in ("003", "005", "009"):
        landing.register(claim_number, limitation_years=2)
    described = {"claim_classes": "enforceable", "department": "福祉局"}
    landing.register("004", **described, valid_to=date(2020, 4, 1))
    landing.register("004", **described, valid_from=date(2020, 4, 1), basis="year_end")
    landing.write()
    return workshop.build()


@pytest.fixture(scope="module")
def answers(built: Built) -> dict[str, list[Answer]]:
    """The answer of every question, by its name."""
    saved = built.rows("select name, sql from marts.saved_question")
    return {question["name"]: built.rows(question["sql"]) for question in saved}


def test_every_question_is_saved_with_its_title_and_occasion(built: Built) -> None:
    saved = built.rows("select name, title, occasion from marts.saved_question order by name")
    assert [question["name"] for question in saved] == list(FILES)
    for question in saved:
        first, second, *_ = FILES[question["name"]].read_text("utf-8").splitlines()
        assert first == f"-- {question['title']}"
        assert second == f"-- 場面: {question['occasion']}"
        assert not question["title"].isascii()


def test_every_question_has_an_answer_worked_out_by_hand() -> None:
    assert sorted(EXPECTED) == list(FILES)


@pytest.mark.parametrize("name", FILES)
def test_the_answer_is_the_one_worked_out_by_hand(
    answers: dict[str, list[Answer]], name: str
) -> None:
    assert answers[name], "no row"
    first = {column: comparable(value) for column, value in answers[name][0].items()}
    assert list(first.items()) == list(EXPECTED[name].items())


@pytest.mark.parametrize(("today", "word"), [("2024-09-10", "期限前"), ("2024-09-11", "未提出")])
def test_what_has_not_come_is_missing_only_after_its_day(
    built: Built, today: str, word: str
) -> None:
    (question,) = built.rows("select sql from marts.saved_question where name = 'forms_awaited'")
    rows = built.rows(question["sql"].replace("current_date", f"date '{today}'"))
    assert {row["状況"] for row in rows if str(row["提出期限"]) == "2024-09-10"} == {word}


def comparable(value: Any) -> Any:
    """As YAML writes it: a percentage is text to the last digit, a time too."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "hour") else value
