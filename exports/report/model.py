"""The report model: what a balance report says, in exact yen.

Every format (page, CSV, XLSX, PDF, chart) is rendered from the same ``Report``; none computes a
figure that is not here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exports.press.japanese import ATTAINED, NOT_TOLD
from exports.report.settings import ReportSettings
from terms.codes import class_label

MONEY = {
    "previous_settlement_balance": "前年度決算残高",
    "target_balance": "目標残高",
    "balance_current": "現年度分残高",
    "balance_prior": "過年度分残高",
    "balance": "残高",
    "balance_last_year": "前年同月末残高",
    "change": "増減額",
}
RATES = {
    "collection_rate_current_pct": "現年度分徴収率",
    "collection_rate_prior_pct": "過年度分徴収率",
    "collection_rate_pct": "徴収率",
}

SUPPRESSED = "x"
_NAMED = 3  # movers named each way
_LARGEST = 10


@dataclass(frozen=True)
class Figures:
    """The published figures of a claim or a total: yen, and percent to one decimal.

    None: there is no such figure (no settlement, target or report a year earlier; no change
    where the books close otherwise since; nothing assessed, so no rate), or the line names it
    as ``hidden``; a balance is None for no other reason. Zero is zero.
    """

    previous_settlement_balance: int | None
    target_balance: int | None
    balance_current: int | None
    balance_prior: int | None
    balance: int | None
    balance_last_year: int | None
    change: int | None
    collection_rate_current_pct: Decimal | None
    collection_rate_prior_pct: Decimal | None
    collection_rate_pct: Decimal | None

    def money(self, column: str) -> int | None:
        """The amount named ``column``, one of ``MONEY``."""
        value: int | None = getattr(self, column)
        return value

    def rate(self, column: str) -> Decimal | None:
        """The percentage named ``column``, one of ``RATES``."""
        value: Decimal | None = getattr(self, column)
        return value


@dataclass(frozen=True)
class ClaimLine:
    """One claim; ``claim_classes`` as in the marts, codes joined by commas.

    ``hidden`` names the figures (of ``MONEY`` and ``RATES``) that are suppressed:
    None in ``figures``, printed ``x``. Debtors, on the day of the report, of the last settlement
    and of a year earlier, are never published; None where nobody told.
    """

    claim_number: str
    claim_name: str
    claim_classes: str
    department: str
    target_kind: str | None
    note: str | None
    figures: Figures
    is_basis_break: bool = False  # its books close otherwise than a year earlier
    debtors: int | None = None
    debtors_settlement: int | None = None
    debtors_last_year: int | None = None
    cases: int | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TotalLine:
    """The total of a class, a department or the city (``dimension``), and what it lacks.

    ``hidden`` as with ``ClaimLine``. A field that is new to either has a default and none is
    renamed: revisions published before are read again.
    """

    dimension: str
    member: str
    claims: int
    claims_without_settlement: int
    claims_without_last_year: int
    claims_without_target: int
    figures: Figures
    claims_with_basis_break: int = 0
    hidden: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """The member as readers see it."""
        if self.dimension == "class":
            return class_label(self.member)
        return self.member or "所属未登録"

    @property
    def hidden_differences(self) -> frozenset[str]:
        """Of ``since_settlement`` and ``above_target`` those that suppression leaves out."""
        compared = {"above_target": {"balance", "target_balance"}}
        if not self.claims_with_basis_break:
            compared["since_settlement"] = {"balance", "previous_settlement_balance"}
        there = self.hidden | {c for c in MONEY if self.figures.money(c) is not None}
        return frozenset(
            name for name, columns in compared.items() if columns <= there and columns & self.hidden
        )

    @property
    def since_settlement(self) -> int | None:
        """Balance − last settlement in yen; None unless every claim has a comparable one."""
        if self.claims_with_basis_break:
            return None
        return _difference(self.figures.balance, self.figures.previous_settlement_balance)

    @property
    def above_target(self) -> int | None:
        """Balance − target in yen; negative where the target is more than met."""
        return _difference(self.figures.balance, self.figures.target_balance)


@dataclass(frozen=True)
class Flag:
    """What a claim is told to be beside its figures, and counted for in each total.

    ``of`` says whether a claim has it; ``count`` is the column of ``TotalLine``, ``claims`` what is
    counted there, ``note`` the sentence below the tables, with ``{count}`` and ``{last_year}``.
    Where it ``leaves_empty`` figures, a claim's are so for ``reason``, and of a total ``outcome``.
    """

    of: Callable[[ClaimLine], bool]
    count: str
    claims: str
    note: str
    leaves_empty: tuple[str, ...]
    reason: str
    outcome: str = "算出せず"

    def counted(self, total: TotalLine) -> int:
        """The claims of a total that have the flag."""
        count: int = getattr(total, self.count)
        return count


def _lacks(column: str) -> Callable[[ClaimLine], bool]:
    return lambda line: line.figures.money(column) is None and column not in line.hidden


# In the order of the notes; of two that leave a figure empty the first is told.
FLAGS = (
    Flag(
        of=_lacks("previous_settlement_balance"),
        count="claims_without_settlement",
        claims="前年度の決算がない債権",
        note="前年度の決算がない債権が{count}件あります。"
        "これらを含む計の前年度決算残高は算出していません。",
        leaves_empty=("previous_settlement_balance",),
        reason="前年度の決算なし",
    ),
    Flag(
        of=_lacks("target_balance"),
        count="claims_without_target",
        claims="目標のない債権",
        note="目標を定めていない債権が{count}件あります。"
        "これらを含む計の目標残高は算出していません。",
        leaves_empty=("target_balance",),
        reason="目標なし",
    ),
    Flag(
        of=_lacks("balance_last_year"),
        count="claims_without_last_year",
        claims="前年同月末の報告がない債権",
        note="前年同月末（{last_year}）の報告がない債権が{count}件あります。"
        "これらを含む計の前年同月末残高と増減額は算出していません。",
        leaves_empty=("balance_last_year", "change"),
        reason="前年同月末の報告なし",
    ),
    Flag(
        of=lambda line: line.is_basis_break,
        count="claims_with_basis_break",
        claims="残高の締めの変わった債権",
        note="残高の締めが前年から変わった債権が{count}件あります。"
        "これらを含む計の増減額と、前年度決算との差は算出していません。",
        leaves_empty=("change",),
        reason="残高の締めが前年から変わったため増減額は算出せず",
        outcome="増減額は算出せず",
    ),
)


@dataclass(frozen=True)
class CityTarget:
    """A balance that the city aims at for the close of ``fiscal_year``, as a meeting decided it.

    Yen; the parts are None where only the total was decided. ``change``: against the target of
    the same year before; None for the first. ``hidden`` names the amounts that are suppressed.
    """

    fiscal_year: int
    kind: str
    revision_no: int
    target: int | None
    target_current: int | None
    target_prior: int | None
    change: int | None
    decided_on: date | None
    meeting: str
    reason: str
    hidden: frozenset[str] = frozenset()

    @property
    def direction(self) -> str | None:
        """上方修正 sets a lower, so a stricter, balance; 下方修正 a higher one."""
        if not self.change:
            return None
        return "上方修正" if self.change < 0 else "下方修正"


@dataclass(frozen=True)
class YearEnd:
    """The city at the close of a fiscal year, in yen: what was owed, and the target of the year.

    None where it is not settled, or had no target. ``target_kind`` is that of the last revision.
    ``hidden`` names the amounts that are suppressed, and ``above_target`` with them.
    """

    fiscal_year: int
    balance: int | None = None
    balance_current: int | None = None
    balance_prior: int | None = None
    target: int | None = None
    target_kind: str | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def is_settled(self) -> bool:
        """Whether it has closed with a balance, shown or not."""
        return self.balance is not None or "balance" in self.hidden

    @property
    def above_target(self) -> int | None:
        """Balance − target in yen; negative where the target is more than met."""
        return _difference(self.balance, self.target)

    def attainment(self, target: CityTarget) -> str:
        """Whether the year closed at a target or below it, in Japanese."""
        above = _difference(self.balance, target.target)
        if above is None:
            return NOT_TOLD if self.is_settled else ATTAINED[None]
        return ATTAINED[above <= 0]


@dataclass(frozen=True)
class StatusShare:
    """What the city is owed in one status at the close of ``fiscal_year``: yen, and its share.

    ``group``: ``recovery`` (回収債権) or ``disposal`` (整理債権). ``debtors`` are never published.
    """

    status_code: str
    label: str
    group: str
    balance: int
    fiscal_year: int
    share_pct: Decimal | None = None
    debtors: int | None = None


@dataclass(frozen=True)
class Settled:
    """What a claim was owed at the close of ``fiscal_year``; never published by itself.

    The city's year end counts it in, also where no line speaks of it, and its statuses if it is
    ``in_status``. ``debtors``: None where nobody told. Nobody may compute what ``is_hidden``.
    """

    fiscal_year: int
    claim_number: str
    balance: int
    debtors: int | None
    in_status: bool
    is_hidden: bool = False


@dataclass(frozen=True)
class Corrected:
    """One figure that a correction changed: ``place`` in Japanese, ``column`` of MONEY or RATES.

    Yen or percent, None where there is no figure, ``SUPPRESSED`` where it is not shown.
    """

    place: str
    column: str
    old: int | Decimal | str | None
    new: int | Decimal | str | None


@dataclass(frozen=True)
class Correction:
    """正誤表: what changed since ``revision``, the one before, and why."""

    revision: int
    reason: str
    items: tuple[Corrected, ...]


@dataclass(frozen=True)
class Waived:
    """A department that did not report and was let pass by name."""

    department: str
    reason: str


@dataclass(frozen=True)
class Report:
    """The balances of a municipality on ``as_of``; ``issued`` is the date of publication.

    ``history`` runs from the oldest year to ``fiscal_year``, ``status`` in the order of its codes;
    ``targets``, those decided by ``issued``, by year and revision. ``audit_head`` is the hash of
    the line of the audit log that says the last approval, once it is published.
    """

    settings: ReportSettings
    municipality_code: str
    as_of: date
    issued: date
    fiscal_year: int
    claims: tuple[ClaimLine, ...]
    classes: tuple[TotalLine, ...]
    departments: tuple[TotalLine, ...]
    city: TotalLine
    history: tuple[YearEnd, ...] = ()
    targets: tuple[CityTarget, ...] = ()
    status: tuple[StatusShare, ...] = ()
    settled: tuple[Settled, ...] = ()
    waived: tuple[Waived, ...] = ()
    revision: int = 1
    correction: Correction | None = None
    audit_head: str = ""

    @property
    def totals(self) -> tuple[TotalLine, ...]:
        """Those of classes and departments, then the city's."""
        return (*self.classes, *self.departments, self.city)

    @property
    def largest(self) -> tuple[ClaimLine, ...]:
        """The ten claims that are owed most, of those whose balance is shown."""
        shown = [line for line in self.claims if line.figures.balance is not None]
        return tuple(sorted(shown, key=lambda line: -(line.figures.balance or 0))[:_LARGEST])

    @property
    def movers(self) -> tuple[ClaimLine, ...]:
        """The three largest increases since a year earlier, then the three largest decreases."""
        by_change = sorted(
            (line for line in self.claims if line.figures.change),
            key=lambda line: line.figures.change or 0,
        )
        up = [line for line in reversed(by_change) if (line.figures.change or 0) > 0]
        down = [line for line in by_change if (line.figures.change or 0) < 0]
        return (*up[:_NAMED], *down[:_NAMED])

    @property
    def has_hidden(self) -> bool:
        """Whether any figure is suppressed."""
        lines: tuple[ClaimLine | TotalLine | YearEnd | CityTarget, ...]
        lines = (*self.claims, *self.totals, *self.history, *self.targets)
        return any(line.hidden for line in lines)


def members_of(claims: tuple[ClaimLine, ...], dimension: str, member: str) -> tuple[ClaimLine, ...]:
    """The claims that a total of ``dimension`` is made of."""
    if dimension == "class":
        return tuple(line for line in claims if line.claim_classes == member)
    if dimension == "department":
        return tuple(line for line in claims if line.department == member)
    return claims


def _difference(balance: int | None, other: int | None) -> int | None:
    return None if balance is None or other is None else balance - other
