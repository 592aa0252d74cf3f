"""What earlier publications told about the figures of a report."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from exports.report.model import RATES, ClaimLine, Report, TotalLine, members_of
from terms.years import year_earlier


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

    def item(self, line: ClaimLine) -> Hashable:
        """A claim's figure in whichever publication; a revised target is another figure."""
        kind = line.target_kind if self.column == "target_balance" else None
        return (line.claim_number, kind)

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
class Told:
    """The figures that were shown, those that never were, and the sums known of the latter."""

    shown: frozenset[Hashable]
    hidden: frozenset[Hashable]
    sums: frozenset[frozenset[Hashable]]

    def is_new(self, item: Hashable) -> bool:
        """Whether it was neither shown nor hidden."""
        return item not in self.shown and item not in self.hidden

    def may_show(self, items: Iterable[Hashable]) -> bool:
        """Whether a sum over ``items`` tells nothing new of what was never shown."""
        of_hidden = self.hidden.intersection(items)
        return not of_hidden or of_hidden in self.sums


def related(as_of: date, other: date) -> bool:
    """Whether reports of these two days show some figures both; else neither tells of the other."""
    apart = abs(as_of - other).days
    return apart <= 366  # the settlement and target of a year, the day a year earlier


def what_was_told(report: Report, group: Group, earlier: Sequence[Report]) -> Told:
    """What ``earlier`` publications, as they were published, told about a group of ``report``."""
    shown: set[Hashable] = set()
    hidden: set[Hashable] = set()
    sums: set[frozenset[Hashable]] = set()
    about = group.about(report)
    for before in earlier:
        for same in GROUPS:
            if same.about(before) != about:
                continue
            unseen = {same.item(line) for line in before.claims if same.column in line.hidden}
            hidden |= unseen
            shown |= {same.item(line) for line in before.claims if same.has(line)} - unseen
            for total in before.totals:
                if total.figures.money(same.column) is not None:
                    lines = members_of(before.claims, total.dimension, total.member)
                    sums.add(frozenset(map(same.item, lines)) & unseen)
    never = frozenset(hidden - shown)
    return Told(frozenset(shown), never, frozenset(known & never for known in sums))
