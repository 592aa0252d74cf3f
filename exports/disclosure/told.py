"""What publications tell: every figure that is a sum of amounts, shown or hidden."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from exports.disclosure.exact import Amount, Known, Sum
from exports.report.model import (
    MONEY,
    RATES,
    CityTarget,
    ClaimLine,
    Report,
    Settled,
    TotalLine,
    members_of,
)
from terms.years import fiscal_year_label, japanese_date, year_earlier

# Amounts of the city of which nobody knows what they count in.
YEAR_END, CITY_TARGET = "year end", "city target"


@dataclass(frozen=True)
class Group:
    """Figures of one line that speak of the same day, and so are hidden together.

    ``column`` stands for them when publications are compared; ``amounts`` must each be free to
    move; ``debtors`` names the count that the figures show.
    """

    column: str
    about: Callable[[Report], tuple[str, date | int]]
    amounts: tuple[str, ...]
    hides: tuple[str, ...]
    debtors: str

    def amount(self, report: Report, line: ClaimLine) -> Amount:
        """A claim's figure in whichever publication; a revised target is another figure."""
        if self.column == "target_balance":
            return (*self.about(report), line.claim_number, line.target_kind)
        return (*self.about(report), line.claim_number)

    def sum(self, report: Report, total: TotalLine) -> Sum:
        """What a total counts in."""
        lines = members_of(report.claims, total.dimension, total.member)
        return Counter(self.amount(report, line) for line in lines)

    def has(self, line: ClaimLine | TotalLine) -> bool:
        """Whether the line has such a figure, shown or not."""
        return line.figures.money(self.column) is not None or self.column in line.hidden


LAST_YEAR = Group(
    column="balance_last_year",
    about=lambda report: ("balance", year_earlier(report.as_of)),
    amounts=("balance_last_year",),
    hides=("balance_last_year", "change"),
    debtors="debtors_last_year",
)
SETTLEMENT = Group(
    column="previous_settlement_balance",
    about=lambda report: ("settlement", report.fiscal_year - 1),
    amounts=("previous_settlement_balance",),
    hides=("previous_settlement_balance",),
    debtors="debtors_settlement",
)
TARGET = Group(
    column="target_balance",
    about=lambda report: ("target", report.fiscal_year),
    amounts=("target_balance",),
    hides=("target_balance",),
    debtors="debtors_settlement",
)
NOW = Group(
    column="balance",
    about=lambda report: ("balance", report.as_of),
    amounts=("balance_current", "balance_prior"),
    hides=("balance_current", "balance_prior", "balance", "change", *RATES),
    debtors="debtors",
)
GROUPS = (NOW, LAST_YEAR, SETTLEMENT, TARGET)


@dataclass(frozen=True)
class Cell:
    """A figure: where it stands, in words for the staff, and what it is the sum of."""

    place: str
    sum: Sum
    is_hidden: bool

    @property
    def amount(self) -> Amount | None:
        """What it shows or hides by itself."""
        return next(iter(self.sum)) if len(self.sum) == 1 else None

    @property
    def is_target(self) -> bool:
        """Whether it is a target of the city."""
        return self.amount is not None and self.amount[0] == CITY_TARGET


@dataclass(frozen=True)
class Told:
    """What publications told: the sums that readers know, and what was never shown by itself.

    ``withheld`` are the sums that were hidden: they stay so, even where an earlier version of the
    project gave them away.
    """

    known: Known
    hidden: frozenset[Amount]
    withheld: frozenset[frozenset[Amount]]

    def is_new(self, amount: Amount) -> bool:
        """Whether it was neither told nor hidden."""
        return amount not in self.hidden and {amount: 1} not in self.known

    def may_show(self, asked: Sum) -> bool:
        """Whether a sum tells nothing new of what was never shown."""
        if frozenset(asked) in self.withheld:
            return False
        of_hidden = {amount: asked[amount] for amount in self.hidden & asked.keys()}
        return of_hidden in self.known or asked in self.known


def what_was_told(told: Sequence[Cell]) -> Told:
    """What readers know of these figures."""
    shown = {cell.amount for cell in told if not cell.is_hidden}
    hidden = {cell.amount for cell in told if cell.is_hidden}
    return Told(
        Known(cell.sum for cell in told if not cell.is_hidden),
        frozenset(amount for amount in hidden - shown if amount),
        frozenset(frozenset(cell.sum) for cell in told if cell.is_hidden and not cell.is_target),
    )


def given_away(publications: Sequence[Report]) -> tuple[str, ...]:
    """The hidden figures that can be computed from all that was published, in words."""
    told = cells_of(publications, settled_in(*publications))
    return tuple(dict.fromkeys(cell.place for cell in computable(told, what_was_told(told).known)))


def computable(cells: Sequence[Cell], known: Known) -> Iterator[Cell]:
    """The hidden figures that readers can compute.

    A target of the city is none any more once it is shown: beside the claims' targets it tells
    nothing.
    """
    shown = {cell.amount for cell in cells if cell.is_target and not cell.is_hidden}
    for cell in cells:
        if cell.is_hidden and cell.sum in known and not (cell.is_target and cell.amount in shown):
            yield cell


def cells_of(publications: Sequence[Report], settled: dict[object, Sum]) -> tuple[Cell, ...]:
    """Every figure of these publications that is an amount or a sum of some.

    ``settled``: what year ends count in that a publication knows nothing of.
    """
    return tuple(
        cell
        for report in publications
        for cell in (*line_cells(report), *city_cells(report, settled | settled_in(report)))
    )


def settled_in(*reports: Report) -> dict[object, Sum]:
    """What the city's year ends count in; of a year that several tell of, the last counts.

    Of what an earlier version published, the claims of the report are all that is known.
    """
    return {year: amounts for report in reports for year, amounts in _settled(report).items()}


def _settled(report: Report) -> Mapping[object, Sum]:
    known = [settlement_of(each) for each in report.settled]
    known = known or [SETTLEMENT.amount(report, line) for line in report.claims]
    return {year: Counter(a for a in known if a[1] == year) for year in {a[1] for a in known}}


def settlement_of(settled: Settled) -> Amount:
    """The amount of ``SETTLEMENT`` that a claim's year end is."""
    return ("settlement", settled.fiscal_year, settled.claim_number)


def line_cells(report: Report) -> Iterator[Cell]:
    """The figures of claims and totals."""
    for group in GROUPS:
        about = f"{japanese_date(report.as_of)}の報告の{MONEY[group.column]}"
        for line in filter(group.has, report.claims):
            place = f"{about} 債権{line.claim_number}（{line.claim_name}）"
            yield Cell(place, {group.amount(report, line): 1}, group.column in line.hidden)
        for total in filter(group.has, report.totals):
            place = f"{about} {'市全体' if total.dimension == 'city' else total.label}"
            yield Cell(place, group.sum(report, total), group.column in total.hidden)


def city_cells(report: Report, settled: Mapping[object, Sum]) -> Iterator[Cell]:
    """The city's year ends and what only they count in, its statuses as a whole, its targets."""
    for year in report.history:
        if year.is_settled:
            place = f"{japanese_date(report.as_of)}の報告の{fiscal_year_label(year.fiscal_year)}末"
            yield Cell(place, year_end(year.fiscal_year, settled), "balance" in year.hidden)
    if report.status:
        yield Cell("未収債権の状況", status_sum(report, settled), is_hidden=False)
    for target in report.targets:
        place = f"{fiscal_year_label(target.fiscal_year)}末の目標"
        yield Cell(place, {target_of(target): 1}, "target" in target.hidden)
    for each in report.settled:
        if each.is_hidden:
            place = f"{fiscal_year_label(each.fiscal_year)}の決算 債権{each.claim_number}"
            yield Cell(place, {settlement_of(each): 1}, is_hidden=True)


def year_end(fiscal_year: int, settled: Mapping[object, Sum]) -> Sum:
    """What the city's year end counts in; itself where nobody knows."""
    return settled.get(fiscal_year) or {(YEAR_END, fiscal_year): 1}


def status_sum(report: Report, settled: Mapping[object, Sum]) -> Sum:
    """What all statuses together count in."""
    year = report.status[0].fiscal_year
    counted = [each for each in report.settled if each.in_status and each.fiscal_year == year]
    return Counter(map(settlement_of, counted)) or year_end(year, settled)


def target_of(target: CityTarget) -> Amount:
    """A target of the city in whichever publication."""
    return (CITY_TARGET, target.fiscal_year, target.revision_no)
