"""Real workbooks damaged at random: told of, cheaply, and never by a traceback."""

import pytest
from attack.fuzz import CHUNK, Outcome, is_fault, outcomes


@pytest.fixture(scope="module", name="found")
def _found() -> list[Outcome]:
    return list(outcomes(range(CHUNK)))


def test_no_damaged_workbook_costs_a_traceback_or_more_than_it_may(found: list[Outcome]) -> None:
    assert [one for one in found if is_fault(one)] == []


def test_many_are_read_for_all_that_and_many_go_back(found: list[Outcome]) -> None:
    """So that both are tried: the way of a form, and of what is none any more."""
    verdicts = [one.verdict for one in found]
    assert min(verdicts.count("read"), verdicts.count("returned")) > CHUNK // 5
