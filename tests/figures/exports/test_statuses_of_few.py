"""How many debtors a status has at least, as a report reads them from the marts."""

import pytest
from figures.exports.conftest import MakeGeneration
from figures.exports.published_marts import CITY, DAY, ISSUED, YEARS

from exports.disclosure import protect
from exports.report.figures import read_report


@pytest.mark.parametrize(
    ("debtors", "at_least"),
    [("200", [100, 100]), ("150", [50, 50]), ("90", [1, 1]), ("null", [1, 1])],
)
def test_the_debtors_of_a_status_are_so_many_at_least(
    make_generation: MakeGeneration, debtors: str, at_least: list[int]
) -> None:
    """Two statuses of a hundred cases each: those who are in one only have no case in the other."""
    generation = make_generation(
        then=f"{YEARS}; update marts.fct_collection set debtors = {debtors}"  # noqa: S608
    )
    report = read_report(generation, CITY, DAY, ISSUED)
    assert [share.debtors for share in report.status] == at_least
    assert bool(protect(report).status) is (min(at_least) >= 10)
