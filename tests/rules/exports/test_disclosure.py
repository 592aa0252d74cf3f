"""A figure of few debtors is hidden, and nothing that was ever published gives it back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import attack
from support.publications import SETTINGS, Owed, line, report_of, some_years

from exports import disclosure
from exports.disclosure import ROOM, protect
from exports.disclosure.exact import Known
from exports.disclosure.network import Arc, Network
from exports.disclosure.told import Told
from exports.errors import GivesAway
from exports.report.model import MONEY, RATES, ClaimLine, Report, members_of
from exports.report.settings import ReportSettings
from exports.report.tables import csv_bytes

DAY = date(2025, 7, 31)
MANY = Owed(400_000, 600_000, 900)
FEW = Owed(50_000, 20_000, 3)
NOW = {"balance_current", "balance_prior", "balance", *RATES}
seeds = st.integers(min_value=0, max_value=10**6)


def published(reports: Sequence[Report]) -> list[Report]:
    """Each report protected as a city would: knowing what it published before."""
    done: list[Report] = []
    for report in reports:
        done.append(protect(report, done))
    return done


def a_city(*, few: Owed = FEW, settings: ReportSettings = SETTINGS) -> Report:
    """Four claims, one of them of few debtors; two departments and two classes."""
    return report_of(
        DAY,
        [
            line("001", "enforceable", "財政局", MANY, last_year=MANY),
            line("002", "enforceable", "財政局", few, last_year=MANY),
            line("003", "private", "財政局", Owed(9_000_000, 0, 400), last_year=MANY),
            line("004", "private", "環境局", MANY, last_year=MANY),
        ],
        settings,
    )


def hidden_claims(report: Report) -> dict[str, frozenset[str]]:
    return {each.claim_number: each.hidden for each in report.claims if each.hidden}


def test_a_claim_of_few_debtors_shows_no_figure() -> None:
    protected = protect(a_city())
    claim = protected.claims[1]
    assert claim.hidden == {*NOW, "balance_last_year", "change"}
    assert all(claim.figures.money(name) is None for name in MONEY)
    assert all(claim.figures.rate(name) is None for name in RATES)


def test_the_smallest_figures_that_protect_it_go_with_it() -> None:
    protected = protect(a_city())
    # in the same department and class as 002: no total has to go
    assert hidden_claims(protected).keys() == {"001", "002"}
    assert not any(
        total.hidden for total in (*protected.classes, *protected.departments, protected.city)
    )


def test_a_department_of_one_claim_is_hidden_with_it() -> None:
    alone = line("005", "private", "教育委員会", FEW)
    protected = protect(report_of(DAY, [*a_city(few=MANY).claims, alone]))
    hidden = {total.member for total in protected.departments if total.hidden}
    assert "教育委員会" in hidden
    assert len(hidden) > 1  # else the city's total would give it back
    assert not protected.city.hidden


@pytest.mark.parametrize(
    ("debtors", "owed", "is_hidden"),
    [(9, 70_000, True), (10, 70_000, False), (None, 70_000, True), (0, 0, False), (0, 1, True)],
)
def test_debtors_are_few_below_the_threshold_or_where_nobody_counted(
    debtors: int | None, owed: int, *, is_hidden: bool
) -> None:
    report = a_city(few=Owed(0, owed, debtors))
    assert ("002" in hidden_claims(protect(report))) is is_hidden


def test_a_threshold_of_nought_hides_nothing() -> None:
    report = a_city(settings=replace(SETTINGS, disclosure_threshold=0))
    assert protect(report) == report


@pytest.mark.parametrize("threshold", [-1, "10", True, 2.5, None])
def test_a_threshold_is_a_whole_number(threshold: object) -> None:
    with pytest.raises(ValueError, match="disclosure_threshold"):
        replace(SETTINGS, disclosure_threshold=threshold)  # type: ignore[arg-type]


def test_a_total_shows_no_rate_that_only_few_have_a_part_in() -> None:
    paid_up = line("002", "enforceable", "財政局", Owed(0, 20_000, 3))
    paid_up = replace(
        paid_up, figures=replace(paid_up.figures, collection_rate_current_pct=Decimal("99.0"))
    )
    nothing_new = line("001", "enforceable", "財政局", Owed(0, 600_000, 900, 0))
    report = report_of(DAY, [nothing_new, paid_up, *a_city(few=MANY).claims[2:]])
    by_class = {total.member: total for total in protect(report).classes}
    assert by_class["enforceable"].hidden == {"collection_rate_current_pct"}
    assert not by_class["private"].hidden


def test_the_year_after_hides_what_was_hidden_though_nobody_is_few_any_more() -> None:
    first = protect(a_city())
    next_year = report_of(
        date(2026, 7, 31),
        [
            line(each.claim_number, each.claim_classes, each.department, MANY, last_year=MANY)
            for each in a_city().claims
        ],
    )
    hidden = hidden_claims(protect(next_year, [first]))
    assert hidden == dict.fromkeys(("001", "002"), frozenset({"balance_last_year", "change"}))
    assert hidden_claims(protect(next_year)) == {}


def test_drafting_what_is_published_once_more_changes_nothing() -> None:
    first = protect(a_city())
    assert protect(a_city(), [first]) == first


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_no_reader_can_compute_a_hidden_figure(seed: int) -> None:
    public = attack.read([csv_bytes(report) for report in published(some_years(seed))])
    assert not of_claims(attack.computable(public))


@given(seeds)
@settings(max_examples=12, deadline=None)
def test_a_hidden_figure_of_few_could_be_a_tenth_more_or_less(seed: int) -> None:
    assert not narrowed(some_years(seed))


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_no_sum_of_hidden_figures_is_that_of_few(seed: int) -> None:
    exact = some_years(seed)[0]
    report = protect(exact)
    debtors = {each.claim_number: each.debtors or 0 for each in exact.claims}
    for total in (*report.classes, *report.departments, report.city):
        if total.figures.balance is not None:
            lines = members_of(report.claims, total.dimension, total.member)
            hidden = [each.claim_number for each in lines if "balance" in each.hidden]
            counted = sum(debtors[number] for number in hidden)
            assert not hidden or counted >= report.settings.disclosure_threshold


def without_complements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Network, "free", lambda *_: None)


def without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        disclosure, "what_was_told", lambda *_: Told(Known(), frozenset(), frozenset())
    )


def without_care_for_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Told, "may_show", lambda *_: True)


weaker = pytest.mark.parametrize(
    "weakened", [without_complements, without_memory, without_care_for_sums]
)


@weaker
def test_the_attack_finds_what_a_weaker_protection_gives_away(
    weakened: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened(monkeypatch)
    monkeypatch.setattr(disclosure, "_refuse_what_is_given_away", lambda *_: None)
    found = (
        attack.read([csv_bytes(report) for report in published(some_years(seed))])
        for seed in range(40)
    )
    assert any(of_claims(attack.computable(public)) for public in found)


@weaker
def test_what_a_weaker_protection_gives_away_is_refused(
    weakened: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened(monkeypatch)
    with pytest.raises(GivesAway, match="債権0"):
        for seed in range(40):
            published(some_years(seed))


def test_the_attack_finds_what_too_small_figures_give_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Arc, "gives", lambda *_: True)
    assert any(narrowed(some_years(seed)) for seed in range(40))


def narrowed(reports: Sequence[Report]) -> list[tuple[attack.Cell, int]]:
    """Some figures of few debtors that a reader knows to less than a tenth, up or down."""
    public = attack.read([csv_bytes(report) for report in published(reports)])
    of_few = sorted((cell for cell in few_cells(reports) if cell[0] in public.hidden), key=repr)
    return [
        (cell, amount)
        for cell, amount in of_few[:6]
        for least, most in [attack.interval(public, cell)]
        if least > amount - amount * ROOM / 100 + 1e-3 or most < amount + amount * ROOM / 100 - 1e-3
    ]


def of_claims(cells: set[attack.Cell]) -> set[attack.Cell]:
    """Without the totals: what is hidden of those only shields the claims."""
    return {cell for cell in cells if isinstance(cell[0], str)}


def few_cells(reports: Sequence[Report]) -> set[tuple[attack.Cell, int]]:
    """The balances of each report's claims of few debtors, and what they are."""
    return {
        ((each.claim_number, column, report.as_of), amount)
        for report in reports
        for each in report.claims
        if is_few(each)
        for column in ("balance_current", "balance_prior", "balance")
        if (amount := each.figures.money(column)) is not None
    }


def is_few(claim: ClaimLine) -> bool:
    return claim.debtors is None or 0 < claim.debtors < SETTINGS.disclosure_threshold
