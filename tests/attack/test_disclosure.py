"""Nothing hidden is recovered from all that a city publishes over three years.

The ways that were open once stand first: the city's sums are told in more places than one. Then
comes the attacker of `disclosure.py`, on few of the cities that he takes on at length.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from attack.disclosure import attacked
from support import attack
from support.cities import some_city
from support.publications import Owed, line, report_of

from exports import disclosure
from exports.disclosure import given_away, protect
from exports.errors import GivesAway
from exports.report.model import CityTarget, ClaimLine, Report, Settled, StatusShare, YearEnd
from exports.report.tables import csv_bytes

DAY = date(2025, 7, 31)
FEW, MANY = Owed(50_000, 20_000, 3), Owed(1_000, 2_000, 900)  # who owe too little to hide it
SETTLED = FEW.balance + MANY.balance


def a_small_city(day: date = DAY) -> Report:
    """Two claims, of which the one of few can be hidden by the city's totals only."""
    few, many = (
        line(
            number,
            claim_class,
            "財政局",
            owed,
            last_year=owed,
            settlement=owed,
            target=owed.balance,
        )
        for number, claim_class, owed in (("001", "private", FEW), ("002", "enforceable", MANY))
    )
    year = day.year
    return replace(
        report_of(day, [few, many]),
        history=(YearEnd(year - 1, SETTLED, None, None), YearEnd(year, target=SETTLED)),
        targets=(city_target(year, SETTLED),),
        status=(
            share("02", "recovery", SETTLED - 20_000, year - 1),
            share("16", "disposal", 20_000, year - 1),
        ),
    )


def city_target(year: int, target: int) -> CityTarget:
    decided_on = date(year, 4, 1)
    return CityTarget(year, "initial_target", 1, target, None, None, None, decided_on, "会議", "")


def share(code: str, group: str, balance: int, year: int) -> StatusShare:
    return StatusShare(code, f"分類{code}", group, balance, year, Decimal("50.0"), 400)


def settled(*claims: ClaimLine) -> tuple[Settled, ...]:
    return tuple(
        Settled(2024, each.claim_number, each.figures.balance or 0, each.debtors, in_status=True)
        for each in claims
    )


def test_the_statuses_do_not_add_up_to_a_hidden_settlement() -> None:
    protected = protect(a_small_city())
    assert "previous_settlement_balance" in protected.city.hidden
    assert protected.status == ()


def test_the_next_years_history_does_not_tell_a_hidden_settlement() -> None:
    first = protect(a_small_city())
    next_year = a_small_city(date(2026, 7, 31))
    told = replace(next_year, history=(YearEnd(2024, SETTLED), *next_year.history))
    ends = {end.fiscal_year: end.balance for end in protect(told, [first]).history}
    assert ends[2024] is None


def test_what_was_hidden_years_ago_stays_hidden() -> None:
    """Though no publication between tells of it."""
    first = protect(a_small_city())
    between = protect(replace(a_small_city(date(2026, 7, 31)), history=()), [first])
    later = replace(a_small_city(date(2027, 7, 31)), history=(YearEnd(2024, SETTLED),))
    assert protect(later, [first, between]).history[0].balance is None


def test_the_citys_targets_do_not_tell_what_the_claims_targets_add_up_to() -> None:
    protected = protect(a_small_city())
    assert "target_balance" in protected.city.hidden
    assert [target.target for target in protected.targets] == [None]
    assert [end.target for end in protected.history] == [None, None]


def test_the_citys_year_end_does_not_tell_of_a_claim_that_is_not_reported() -> None:
    many, few = a_small_city().claims[1], a_small_city().claims[0]
    alone = report_of(DAY, [many])
    told = replace(alone, history=(YearEnd(2024, SETTLED),), settled=settled(many, few))
    assert not protect(told).city.hidden
    assert protect(told).history[0].balance is None


def test_statuses_that_are_parted_otherwise_in_a_correction_are_no_difference() -> None:
    """A class that was shown with another is not shown by itself when it has grown."""
    shares = (
        share("01", "recovery", 900_000, 2024),
        replace(share("04", "recovery", 30_000, 2024), debtors=3),
        replace(share("05", "recovery", 40_000, 2024), debtors=100),
    )
    report = report_of(DAY, [line("001", "private", "財政局", MANY, settlement=MANY)])
    first = protect(replace(report, status=shares))
    assert [each.status_code for each in first.status] == ["01", "04+05"]
    grown = (shares[0], replace(shares[1], debtors=30), shares[2])
    again = protect(replace(report, status=grown), [first])
    assert [each.status_code for each in again.status] == ["01", "04+05"]


def test_a_target_that_was_told_before_is_told_again() -> None:
    """Published is published; and what it gives away is refused."""
    this_year = a_small_city(date(2026, 7, 31))
    last_year = report_of(DAY, [line("009", "private", "財政局", Owed(9_000, 0, 900))])
    told = protect(replace(last_year, targets=this_year.targets))
    assert protect(this_year, [told]).targets == this_year.targets
    alone = replace(
        report_of(this_year.as_of, [this_year.claims[0]]),
        targets=(city_target(2026, FEW.balance),),
    )
    told = protect(replace(last_year, targets=alone.targets))
    assert protect(alone, [told]).claims[0].figures.target_balance == FEW.balance


def test_what_an_earlier_version_gave_away_stays_hidden() -> None:
    """The statuses have told it, in thousands of yen; nobody tells it to the yen."""
    exact = a_small_city()
    careless = replace(protect(exact), status=exact.status)
    again = protect(replace(exact, as_of=date(2025, 10, 31)), [careless])
    assert "previous_settlement_balance" in again.city.hidden
    assert (again.history[0].balance, again.status) == (None, ())
    assert again.claims[0].figures.previous_settlement_balance is None


def test_what_was_given_away_before_is_told_by_name() -> None:
    """As an earlier version published it: the settlement is hidden, the year after has it."""
    first = protect(a_small_city())
    careless = replace(first, as_of=date(2026, 7, 31), history=a_small_city().history)
    assert not given_away([first])
    assert "令和7年7月31日の報告の前年度決算残高 市全体" in given_away([first, careless])


# The last four gave something away, or were refused, while this was made.
@pytest.mark.parametrize("seed", [*range(8), 409, 591, 612, 1123])
def test_an_attacker_recovers_nothing_of_a_small_city(seed: int) -> None:
    outcome = attacked(seed)
    assert outcome.recovered == ()
    assert outcome.refused == 0
    assert [one for one in outcome.narrowed if not one.is_corrected] == []


def test_the_attacker_recovers_what_the_citys_own_sums_give_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(disclosure, "without_sums_of_hidden", lambda report, *_, **__: report)
    monkeypatch.setattr(disclosure, "_refuse_what_is_given_away", lambda *_: None)
    assert any(attacked(seed).recovered for seed in range(6))


def test_what_the_citys_own_sums_give_away_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "without_sums_of_hidden", lambda report, *_, **__: report)
    with pytest.raises(GivesAway):
        protect(a_small_city())


@pytest.mark.parametrize("seed", range(4))
def test_the_files_give_no_claim_away_either(seed: int) -> None:
    published: list[Report] = []
    for report in some_city(seed):
        published.append(protect(report, published))
    public = attack.read([csv_bytes(report) for report in published])
    assert not {cell for cell in attack.computable(public) if isinstance(cell[0], str)}
