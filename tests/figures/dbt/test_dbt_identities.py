"""What the tests of the warehouse catch, and that each failing row leads back to a cell."""

from collections.abc import Callable
from datetime import date
from typing import Any

from .warehouse import Built, Landing

Build = Callable[..., Built]
OWED = {"carried_forward": 5_000_000, "assessed_prior": 5_000_000}
REPORT: dict[str, Any] = {"fiscal_year": 2020, "received_at": "2020-08-20T09:00:00+09:00"}


def places(built: Built, test: str) -> set[tuple[Any, ...]]:
    """Submission, row of the form and measure of each failing row of a test."""
    return {
        (row["submission_id"], row.get("source_item"), row.get("measure"))
        for row in built.found(test)
    }


def test_classes_that_do_not_add_up_block(landing: Landing, build: Build) -> None:
    by_class = {"prior/02": {"cases": 1, "balance": 3_000_000}}
    landing.annual("short", {"D": OWED}, by_class=by_class)
    built = build("status_adds_up_to_balance")
    assert built.outcomes["status_adds_up_to_balance"].status == "fail"
    assert places(built, "status_adds_up_to_balance") == {("short", "D", None)}


def test_rounding_of_classes_is_allowed(landing: Landing, build: Build) -> None:
    # Three amounts in 千円 and their total may miss by two units, not by three.
    def three(total: int) -> dict[str, dict[str, int]]:
        return {
            "prior/01": {"cases": 1, "balance": 1_000_000},
            "prior/02": {"cases": 1, "balance": 1_000_000},
            "prior/03": {"cases": 1, "balance": total - 2_000_000},
        }

    landing.annual("rounded", {"D": OWED}, by_class=three(5_002_000))
    landing.annual("wrong", {"D": OWED}, by_class=three(5_003_000), claim_number="004")
    assert places(build("status_adds_up_to_balance"), "status_adds_up_to_balance") == {
        ("wrong", "D", None)
    }


def test_a_lost_cell_blocks(landing: Landing, build: Build) -> None:
    landing.annual("holed", {"D": OWED})
    cells = landing.rows["cell"]
    lost = ("collection", "E", "assessed_prior")
    cells[:] = [cell for cell in cells if (cell["block"], cell["item"], cell["measure"]) != lost]
    built = build("fct_collection")
    assert built.outcomes["submission_is_complete"].status == "fail"
    assert places(built, "submission_is_complete") == {("holed", "E", "assessed_prior")}
    assert built.outcomes["fct_collection"].status == "skipped"


def test_a_claim_of_two_departments_blocks(landing: Landing, build: Build) -> None:
    report = REPORT | {"as_of": date(2020, 7, 31)}
    landing.interim("one", {"003": OWED}, department="財政局", **report)
    landing.interim("two", {"003": OWED}, department="水道局", **report)
    built = build("fct_collection")
    assert built.wrong()["fct_collection_is_unique"] == "fail"
    assert places(built, "fct_collection_is_unique") == {
        ("one", "003", None),
        ("two", "003", None),
    }


def test_what_needs_a_look_only_warns(landing: Landing, build: Build) -> None:
    landing.annual("settled", {"D": OWED})
    landing.annual("forgotten", {"D": OWED}, claim_number="004")
    report = REPORT | {"as_of": date(2020, 7, 31)}
    carried = OWED | {"carried_forward": 4_999_000}
    landing.interim("report", {"003": carried}, **report)
    built = build("mart_opening_balance")
    assert {name: str(status) for name, status in built.wrong().items()} == {
        "claim_owed_is_reported": "warn",
        "interim_carries_settlement_over": "warn",
    }
    assert places(built, "claim_owed_is_reported") == {("forgotten", "D", None)}
    assert places(built, "interim_carries_settlement_over") == {
        ("report", "003", "carried_forward")
    }


def test_interim_report_in_yen_may_differ_from_a_settlement_in_thousands(
    landing: Landing, build: Build
) -> None:
    landing.annual("settled", {"D": OWED})
    exact = {"carried_forward": 5_000_499, "assessed_prior": 5_000_499}
    landing.interim("report", {"003": exact}, as_of=date(2020, 7, 31), **REPORT)
    assert build("mart_opening_balance").wrong() == {}


def test_a_form_without_registered_municipality_warns(landing: Landing, build: Build) -> None:
    landing.annual("stranger", {}, municipality_code="131016")
    built = build("dim_municipality")
    assert list(built.wrong().items()) == [("dim_municipality_is_registered", "warn")]
