"""Suppression: what would show a person is hidden, and so is what would give it away.

A claim of few debtors has no figure on the page (primary suppression). Its class, department and
city totals would give it back by subtraction, and so would the report of a year earlier, so other
figures are hidden with it (complementary suppression) until for every hidden figure

* no combination of all that is or was published gives it: claims, totals, the city's year ends,
  targets and statuses, in whichever report (``told`` has them all as sums of amounts),
* it could as well be ``ROOM`` percent more or less, for a reader who knows that none is negative,
* and no sum of hidden figures that can be computed is that of fewer debtors than the threshold.

The method and its limits: docs/disclosure.md; the choice: docs/decisions.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

from exports.disclosure.city import target_told, without_sums_of_hidden
from exports.disclosure.exact import Known
from exports.disclosure.few import ROOM, is_few
from exports.disclosure.network import Arc, Cost, Network
from exports.disclosure.told import (
    GROUPS,
    NOW,
    TARGET,
    Cell,
    Group,
    Told,
    cells_of,
    computable,
    given_away,
    settled_in,
    what_was_told,
)
from exports.errors import GivesAway
from exports.report.model import RATES, ClaimLine, Figures, Report, TotalLine, members_of

__all__ = ["ROOM", "given_away", "protect"]

_CITY = ("city", "")
Names = set[Hashable]
Line = TypeVar("Line", ClaimLine, TotalLine)


def protect(report: Report, earlier: Sequence[Report] = ()) -> Report:
    """The report with all figures hidden that would show fewer debtors than its threshold.

    ``report`` is exact and whole; ``earlier`` is all that was published before it, as it was
    published. What was shown once stays shown, what was hidden once stays hidden. Equal arguments,
    equal result. Raises GivesAway where a figure would be given away that nothing can hide.
    """
    settled = settled_in(*earlier, report)
    cells = cells_of(earlier, settled)
    published = what_was_told(cells)
    told = replace(published, known=published.known.with_these(target_told(report, earlier)))
    hidden = {group: _hidden_before(report, group, told) for group in GROUPS}
    for group in GROUPS:
        touched = set().union(*hidden.values())
        hidden[group] = _hidden_in(report, group, told, hidden[group], touched)
    protected = without_sums_of_hidden(
        _without(report, hidden), earlier, told, hides_target=_CITY in hidden[TARGET]
    )
    new = cells_of([protected], settled)
    known = told.known.with_these(cell.sum for cell in new if not cell.is_hidden)
    _refuse_what_is_given_away(report, (*cells, *new), published.known, known)
    return protected


def _refuse_what_is_given_away(
    report: Report, cells: Sequence[Cell], published: Known, known: Known
) -> None:
    """Exactly, whatever chose what is hidden: nothing hidden can be computed that could not be."""
    given = (cell.place for cell in computable(cells, known) if cell.sum not in published)
    if places := tuple(dict.fromkeys(given)):
        raise GivesAway(report.as_of, places)


def _hidden_before(report: Report, group: Group, told: Told) -> Names:
    """The lines that earlier publications leave no choice about."""
    claims = [line for line in report.claims if group.amount(report, line) in told.hidden]
    totals = [total for total in report.totals if not told.may_show(group.sum(report, total))]
    return {*map(_name, claims), *map(_name, totals)}


def _hidden_in(report: Report, group: Group, told: Told, before: Names, touched: Names) -> Names:
    """The lines whose figures of ``group`` are hidden; best those that are ``touched`` anyway."""
    threshold = report.settings.disclosure_threshold
    new = [
        line
        for line in report.claims
        if group.has(line) and told.is_new(group.amount(report, line))
    ]
    few = [line for line in new if _is_of_few(line, group, threshold)]
    arcs = (
        *(_claim_arc(line, group, touched) for line in new),
        *(
            _total_arc(total, group, touched)
            for total in report.totals
            if group.sum(report, total) not in told.known
        ),
    )
    network = Network(arcs, hidden=before | {_name(line) for line in few})
    for line in sorted(few, key=lambda line: -abs(line.figures.money(group.column) or 0)):
        try:
            network.free(_name(line), _level(line, group, threshold))
        except LookupError:  # the city's target was told: all else is hidden
            return network.hidden | {arc.name for arc in arcs}
    return network.hidden


def _is_of_few(line: ClaimLine, group: Group, threshold: int) -> bool:
    """Whether the figures show few debtors, on their day or the report's.

    None at all are few only where something is owed on the day of the report.
    """
    owed = group is NOW and any(line.figures.money(amount) for amount in group.amounts)
    counts = (line.debtors, _debtors(line, group))
    return any(is_few(count, threshold, owed=owed) for count in counts)


def _debtors(line: ClaimLine, group: Group) -> int | None:
    """The debtors on the day of the figures, else on that of the report."""
    counted: int | None = getattr(line, group.debtors)
    return line.debtors if counted is None else counted


def _level(line: ClaimLine, group: Group, threshold: int) -> tuple[int, ...]:
    """How far each amount must be free to move, and how many debtors must be hidden with it."""
    amounts = [abs(line.figures.money(amount) or 0) for amount in group.amounts]
    debtors = max(0, threshold - (_debtors(line, group) or 0))
    return (*(-(-amount * ROOM // 100) for amount in amounts), debtors)


def _claim_arc(line: ClaimLine, group: Group, touched: Names) -> Arc:
    room = [max(0, line.figures.money(amount) or 0) for amount in group.amounts]
    return Arc(
        name=_name(line),
        ends=(("department", line.department), ("class", line.claim_classes)),
        cost=_cost(line, group, touched),
        room=(*room, _debtors(line, group) or 0),
    )


def _total_arc(total: TotalLine, group: Group, touched: Names) -> Arc:
    """A total is bound by nothing but its claims."""
    if total.dimension == "city":
        ends: tuple[Hashable, Hashable] = (("sum", "department"), ("sum", "class"))
    else:
        ends = (("sum", total.dimension), _name(total))
    return Arc(_name(total), ends, _cost(total, group, touched))


def _cost(line: ClaimLine | TotalLine, group: Group, touched: Names) -> Cost:
    """What readers lose, the worst first: lines of each kind, then yen.

    The city's total is known from elsewhere, even where the report has none: it is hidden last.
    """
    kind = "claim" if isinstance(line, ClaimLine) else line.dimension
    yen = line.figures.money(group.column)
    is_lost = kind == "city" or (yen is not None and _name(line) not in touched)
    counts = (int(kind == each and is_lost) for each in ("city", "class", "department", "claim"))
    return (*counts, abs(yen or 0))


def _name(line: ClaimLine | TotalLine) -> Hashable:
    if isinstance(line, ClaimLine):
        return ("claim", line.claim_number)
    return _CITY if line.dimension == "city" else (line.dimension, line.member)


def _without(report: Report, hidden: dict[Group, Names]) -> Report:
    """The report with the figures of the named lines taken out."""

    def total_without(total: TotalLine) -> TotalLine:
        return _blank(total, _columns(total, hidden) | _rates_of_few(report, total, hidden))

    return replace(
        report,
        claims=tuple(_blank(line, _columns(line, hidden)) for line in report.claims),
        classes=tuple(map(total_without, report.classes)),
        departments=tuple(map(total_without, report.departments)),
        city=total_without(report.city),
    )


def _columns(line: ClaimLine | TotalLine, hidden: dict[Group, Names]) -> set[str]:
    return {
        column
        for group in GROUPS
        if _name(line) in hidden[group]
        for column in group.hides
        if column in RATES or line.figures.money(column) is not None
    }


def _rates_of_few(report: Report, total: TotalLine, hidden: dict[Group, Names]) -> set[str]:
    """The rates of a total that only hidden claims of few debtors have a part in."""
    lines = members_of(report.claims, total.dimension, total.member)
    rates = set()
    for rate in RATES:
        parts = [line for line in lines if line.figures.rate(rate) is not None]
        debtors = sum(line.debtors or 0 for line in parts)
        if debtors < report.settings.disclosure_threshold and any(
            _name(line) in hidden[NOW] for line in parts
        ):
            rates.add(rate)
    return rates


def _blank(line: Line, columns: set[str]) -> Line:
    if not columns:
        return line
    figures: Figures = replace(line.figures, **dict.fromkeys(columns))
    return replace(line, figures=figures, hidden=frozenset(columns))
