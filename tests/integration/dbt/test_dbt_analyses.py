"""The finance division's questions run on a built warehouse, and answer what they ask."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from .conftest import PROJECT, Workshop
from .warehouse import Built

Answer = dict[str, Any]
TITLES = {
    path.stem: path.read_text("utf-8").splitlines()[0]
    for path in sorted((PROJECT / "analyses").glob("*.sql"))
}


def owed(balance: int) -> dict[str, int]:
    """A row with nothing but a balance carried over, in yen."""
    return {"carried_forward": balance, "assessed_prior": balance}


@pytest.fixture(scope="module")
def answers(workshop: Workshop) -> dict[str, list[Answer]]:
    """The answer of every analysis, by its file's name."""
    landing = workshop.landing()
    landing.annual(
        "003",
        {"C": owed(60_000), "D": owed(80_000), "F": owed(50_000)},
        received_at="2020-07-01T09:00:00+09:00",
        by_class={
            "prior/02": {"cases": 1, "balance": 20_000},
            "prior/11": {"cases": 1, "balance": 60_000},
        },
        attainment={"prior": "A", "current": "—", "total": "B1"},
    )
    landing.annual(
        "003 of 2020",
        {"B": owed(79_000), "D": owed(70_000)},
        fiscal_year=2020,
        received_at="2021-07-01T09:00:00+09:00",
    )
    for year, department in ((2019, "水道局"), (2019, "財政局"), (2020, "財政局")):
        claim = "003" if department == "財政局" else "005"
        landing.interim(
            f"{department} {year}",
            {claim: owed(79_000)},
            as_of=date(year, 7, 31),
            fiscal_year=year,
            received_at=f"{year}-08-20T09:00:00+09:00",
            department=department,
        )
    landing.write()
    built: Built = workshop.build()
    saved = built.rows("select name, sql from marts.saved_question")
    return {question["name"]: built.rows(question["sql"]) for question in saved}


def test_every_analysis_runs_and_has_a_japanese_title(answers: dict[str, list[Answer]]) -> None:
    assert set(answers) == set(TITLES)
    assert all(title.startswith("-- ") and not title.isascii() for title in TITLES.values())


def test_answers(answers: dict[str, list[Answer]]) -> None:
    def column(analysis: str, name: str) -> list[Any]:
        return [row[name] for row in answers[analysis]]

    assert column("not_falling_balances", "change") == [0]
    assert column("departments_to_remind", "department") == ["水道局"]
    assert column("attainment_to_ask_about", "part") == ["prior"]
    assert column("restated_results", "restated_by") == [-1_000]
    # Only the form of 2019 places a balance in a disposal class.
    assert column("disposal_share", "disposal_pct") == [Decimal("75.0"), Decimal("0.0")]
    assert column("largest_balances", "balance") == [70_000]
    newest = [row for row in answers["department_distance_to_target"] if row["as_of"].year > 2019]
    assert [row["above_target"] for row in newest] == [79_000]
    of_2019 = [row for row in answers["targets_against_result"] if row["fiscal_year"] == 2019]
    assert [row["above_revised_target"] for row in of_2019] == [19_000]
