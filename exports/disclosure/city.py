"""The city's own figures beside the lines of a report: year ends, statuses, targets.

Each is one more sum of what the claims are owed. It is shown where it tells nothing that the lines
and earlier publications do not, or nothing but of claims that hide each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from exports.disclosure.exact import Amount, Sum
from exports.disclosure.few import hide_each_other, is_of_few
from exports.disclosure.statuses import merged
from exports.disclosure.told import (
    SETTLEMENT,
    TARGET,
    YEAR_END,
    Told,
    line_cells,
    settled_in,
    settlement_of,
    status_sum,
    target_of,
    year_end,
)
from exports.report.model import CityTarget, Report, Settled, StatusShare, YearEnd

_DIFFERENCE = "above_target"  # of a year, between the two
_BALANCES = ("balance", "balance_current", "balance_prior", _DIFFERENCE)
_TARGET = ("target", _DIFFERENCE)
_TARGETS = ("target", "target_current", "target_prior", "change")

OfTheCity = TypeVar("OfTheCity", YearEnd, CityTarget)


def target_told(report: Report, earlier: Sequence[Report]) -> Iterator[Sum]:
    """The sum of the claims' targets, where the city's last one of the year is it and is out."""
    of_year = [each for each in report.targets if each.fiscal_year == report.fiscal_year]
    told = {target_of(each) for before in earlier for each in before.targets if not each.hidden}
    for target in of_year[-1:]:
        if target_of(target) in told and target.target == report.city.figures.target_balance:
            yield TARGET.sum(report, report.city)


def without_sums_of_hidden(
    report: Report, earlier: Sequence[Report], told: Told, *, hides_target: bool
) -> Report:
    """The report, its lines protected, without what would add up to something hidden.

    ``hides_target``: whether what the claims' targets add up to must not be known.
    """
    readers = _Readers(report, told)
    settled = settled_in(*earlier, report)
    shown = {
        year.fiscal_year
        for year in report.history
        if not year.is_settled
        or readers.may_know(year_end(year.fiscal_year, settled))
        or _was_shown(year, earlier)
    }
    status = _statuses(report, earlier)
    targets = tuple(
        _without(target, _TARGETS) if _is_hidden(target, report, told, hides_target) else target
        for target in report.targets
    )
    no_target = {target.fiscal_year for target in targets if target.hidden}
    history = (
        year if year.fiscal_year in shown else _without(year, _BALANCES) for year in report.history
    )
    return replace(
        report,
        history=tuple(
            _without(year, _TARGET) if year.fiscal_year in no_target else year for year in history
        ),
        targets=targets,
        status=status if status and readers.may_know(status_sum(report, settled)) else (),
        settled=tuple(
            replace(each, is_hidden=readers.must_not_know(each)) for each in report.settled
        ),
    )


class _Readers:
    """What readers know of a report's lines and earlier publications, and may know beside it."""

    def __init__(self, report: Report, told: Told) -> None:
        lines = list(line_cells(report))
        self._known = told.known.with_these(cell.sum for cell in lines if not cell.is_hidden)
        self._hidden = told.hidden | {cell.amount for cell in lines if cell.is_hidden}
        self._withheld = told.withheld
        self._reported = {SETTLEMENT.amount(report, line) for line in report.claims}
        self._settled = {settlement_of(each): each for each in report.settled}
        self._threshold = report.settings.disclosure_threshold

    def may_know(self, asked: Sum) -> bool:
        """Whether a sum tells nothing new, or only of claims that hide each other.

        If so, it is known from now on.
        """
        if frozenset(asked) in self._withheld:
            return False
        rest = self._known.rest(asked)
        claims = [amount for amount in rest if amount[0] != YEAR_END]
        is_of_hidden = any(f != 1 or amount in self._hidden for amount, f in rest.items())
        if is_of_hidden or not self._settled.keys() >= set(claims):
            return False
        parts = [self._settled[amount] for amount in claims]
        if not hide_each_other(parts, self._threshold):
            return False
        self._known.add(asked)
        if any(is_of_few(part, self._threshold) for part in parts):
            self._hidden = self._hidden.union(rest)
        return True

    def must_not_know(self, settled: Settled) -> bool:
        """Whether a claim that no line speaks of is of few debtors, or hides one that is."""
        amount = settlement_of(settled)
        if amount in self._reported or {amount: 1} in self._known:
            return False
        is_few = is_of_few(settled, self._threshold)
        return is_few or amount in self._hidden or self._gives_away(amount)

    def _gives_away(self, amount: Amount) -> bool:
        """Whether whoever knew an amount would know a hidden one of the same year."""
        known = self._known.with_these([{amount: 1}])
        of_year = (hidden for hidden in self._hidden if hidden and hidden[:2] == amount[:2])
        return any({each: 1} in known and {each: 1} not in self._known for each in of_year)


def _statuses(report: Report, earlier: Sequence[Report]) -> tuple[StatusShare, ...]:
    """The statuses, those of few together as they were in earlier publications of the year."""
    years = {share.fiscal_year for share in report.status}
    before = (share for each in earlier for share in each.status if share.fiscal_year in years)
    return merged(report.status, report.settings.disclosure_threshold, before)


def _is_hidden(target: CityTarget, report: Report, told: Told, hides_target: bool) -> bool:
    """Whether a target, told to nobody yet, would tell what the claims' targets add up to."""
    amount = target_of(target)
    is_printed = (target.fiscal_year, target.target) == (
        report.fiscal_year,
        report.city.figures.target_balance,
    )
    if is_printed or {amount: 1} in told.known:
        return False
    return amount in told.hidden or (hides_target and target.fiscal_year >= report.fiscal_year)


def _without(told: OfTheCity, columns: Iterable[str]) -> OfTheCity:
    there = [column for column in columns if getattr(told, column) is not None]
    nothing: dict[str, Any] = {column: None for column in there if column != _DIFFERENCE}
    return replace(told, hidden=told.hidden.union(there), **nothing)


def _was_shown(year: YearEnd, earlier: Sequence[Report]) -> bool:
    """Whether the same balance of the year was published before."""
    told = (end for before in earlier for end in before.history)
    return any((end.fiscal_year, end.balance) == (year.fiscal_year, year.balance) for end in told)
