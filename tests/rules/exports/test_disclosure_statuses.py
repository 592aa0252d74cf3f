"""No status of few cases is shown by itself, nor given away by the other group."""

from decimal import Decimal

from exports.disclosure.statuses import merged
from exports.report.model import StatusShare

MANY = 500


def share(code: str, debtors: int | None, balance: int = 1_000, pct: str = "10.0") -> StatusShare:
    group = "recovery" if code < "10" else "disposal"
    return StatusShare(code, f"分類{code}", group, balance, 2024, Decimal(pct), debtors)


def told(shares: tuple[StatusShare, ...]) -> list[tuple[str, int]]:
    return [(each.status_code, each.balance) for each in shares]


def test_statuses_of_many_cases_stay() -> None:
    shares = (share("01", MANY), share("02", 10), share("10", MANY))
    assert merged(shares, 10) == shares


def test_a_status_of_few_goes_with_the_smallest_of_its_group() -> None:
    shares = (share("01", 900), share("04", 3), share("05", 40), share("10", MANY))
    found = merged(shares, 10)
    assert told(found) == [("01", 1_000), ("04+05", 2_000), ("10", 1_000)]
    assert (found[1].label, found[1].share_pct) == ("分類04・分類05", Decimal("20.0"))


def test_several_of_few_together_are_many() -> None:
    shares = (share("01", 900), share("04", 6), share("05", 7))
    assert told(merged(shares, 10)) == [("01", 1_000), ("04+05", 2_000)]


def test_a_status_nobody_is_in_stays() -> None:
    shares = (share("01", MANY), share("07", 0, balance=0))
    assert merged(shares, 10) == shares


def test_cases_nobody_counted_are_few() -> None:
    assert told(merged((share("01", MANY), share("02", None)), 10)) == [("01+02", 2_000)]


def test_a_whole_group_of_few_leaves_nothing_to_show() -> None:
    assert merged((share("01", MANY), share("02", MANY), share("16", 4)), 10) == ()


def test_a_group_whose_debtors_are_few_together_leaves_nothing_either() -> None:
    shares = (share("01", MANY), share("02", MANY), share("10", 3), share("16", 4))
    assert merged(shares, 10) == ()
    assert told(merged((*shares[:3], share("16", 7)), 10))[-1] == ("10+16", 2_000)


def test_without_a_threshold_all_are_shown() -> None:
    shares = (share("01", 1), share("16", 1))
    assert merged(shares, 0) == shares
