"""A plan table with more years than its four columns."""

from collections.abc import Callable

from .warehouse import Built, Landing


def test_further_years_are_progress_and_no_comparison(
    landing: Landing, build: Callable[..., Built]
) -> None:
    claim = {
        "department": "納税課",
        "claim_name": "市税",
        "figures": (9_000, 5_000, 6_000, 4_000),
        "others": {
            ("actual", 2017): 8_000,
            ("actual", 2018): 7_000,
            ("target", 2018): None,
            ("target", 2021): 3_000,
        },
    }
    landing.plan("plan", [claim])
    built = build("mart_plan_progress", "mart_plan_comparison")
    assert {name for name, status in built.wrong().items() if status != "warn"} == set()
    progress = built.rows("select * from marts.mart_plan_progress order by fiscal_year, kind")
    assert [(r["fiscal_year"], r["kind"], r["value"]) for r in progress] == [
        (2016, "actual", 9_000),
        (2017, "actual", 8_000),
        (2018, "actual", 7_000),
        (2018, "target", None),
        (2019, "actual", 6_000),
        (2019, "target", 5_000),
        (2020, "target", 4_000),
        (2021, "target", 3_000),
    ]
    (compared,) = built.rows("select * from marts.mart_plan_comparison")
    assert (compared["vs_baseline"], compared["vs_target"]) == (-3_000, 1_000)
