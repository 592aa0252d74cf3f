"""The city's own figures beside the lines of a report: year ends, statuses, targets.

Each is one more sum of what the claims are owed. It is shown where it tells nothing that the lines
and earlier publications do not, or nothing but of claims that hide each other.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from typing import Any, TypeVar

from exports.disclosure.exact import Amount, Sum
from exports.disclosure.few import hide_each_other
from exports.disclosure.statuses import merged
from exports.disclosure.told import (
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
from exports.report.model import CityTarget, Report, StatusShare, YearEnd

_DIFFERENCE = "above_target"  # of a year, between the two
_BALANCES = ("balance", "balance_current", "balance_prior", _DIFFERENCE)
_TARGET = ("target", _DIFFERENCE)
_TARGETS = ("target", "target_current", "target_prior", "change")

OfTheCity = TypeVar("OfTheCity", YearEnd, CityTarget)


def targets_told(report: Report, earlier: Sequence[Report]) -> Iterator[Sum]:
    """The sum of the claims' targets, where a target of the city was published that is it."""
    yen = report.city.figures.target_balance
    decided = (target for before in earlier for target in before.targets)
    if yen is not None and (report.fiscal_year, yen) in {
        (target.fiscal_year, target.target) for target in decided
    }:
        yield TARGET.sum(report, report.city)


def without_sums_of_hidden(
    report: Report, earlier: Sequence[Report], told: Told, *, hides_target: bool
) -> Report:
    """The report, its lines protected, without what would add up to something hidden.

    ``hides_target``: whether what the claims' targets add up to must not be known.
    """
    lines = list(line_cells(report))
    known = told.known.with_these(cell.sum for cell in lines if not cell.is_hidden)
    hidden = told.hidden | {cell.amount for cell in lines if cell.is_hidden}
    settled = settled_in(*earlier, report)

    def is_safe(asked: Sum) -> bool:
        return _is_of_many(known.rest(asked), hidden, report)

    unsafe = set()
    for year in filter(lambda year: year.is_settled, report.history):
        asked = year_end(year.fiscal_year, settled)
        if _was_shown(year, earlier) or is_safe(asked):
            known.add(asked)
        else:
            unsafe.add(year.fiscal_year)
    status = _statuses(report, earlier)
    targets = tuple(
        _without(target, _TARGETS) if _is_hidden(target, report, told, hides_target) else target
        for target in report.targets
    )
    no_target = {target.fiscal_year for target in targets if target.hidden}
    history = (
        _without(year, _BALANCES) if year.fiscal_year in unsafe else year for year in report.history
    )
    return replace(
        report,
        history=tuple(
            _without(year, _TARGET) if year.fiscal_year in no_target else year for year in history
        ),
        targets=targets,
        status=status if status and is_safe(status_sum(report, settled)) else (),
    )


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


def _is_of_many(rest: Sum, hidden: Set[Amount | None], report: Report) -> bool:
    """Whether what a sum tells beyond what is known is of nobody, or of claims of many debtors."""
    if any(factor != 1 or amount in hidden for amount, factor in rest.items()):
        return False
    settled = {settlement_of(each): each for each in report.settled}
    amounts = [amount for amount in rest if amount[0] != YEAR_END]
    return settled.keys() >= set(amounts) and hide_each_other(
        [settled[amount] for amount in amounts], report.settings.disclosure_threshold
    )


def _was_shown(year: YearEnd, earlier: Sequence[Report]) -> bool:
    """Whether the same balance of the year was published before."""
    told = (end for before in earlier for end in before.history)
    return any((end.fiscal_year, end.balance) == (year.fiscal_year, year.balance) for end in told)
