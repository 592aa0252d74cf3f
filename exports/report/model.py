"""The report model: what a balance report says, in exact yen.

Every format (page, CSV, XLSX, PDF, chart) is rendered from the same ``Report``; none computes a
figure that is not here.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exports.press.japanese import ATTAINED, NOT_TOLD
from terms.codes import class_label
from terms.money import UNITS

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
# Read to see whose figures would show a person; never published themselves.
COUNTS = {"debtors": "債務者数", "cases": "件数"}

SUPPRESSED = "x"
MINUS_SIGNS = ("△", "▲")
_SITE_URL = re.compile(r"https?://[^\s/?#]+/([^\s?#]*/)?")
_NAMED = 3  # movers named each way
_LARGEST = 10


@dataclass(frozen=True)
class ReportSettings:
    """What a city decides about its report. ``unit`` is a key of ``japanese.UNITS``.

    Negative figures are drawn with ``minus_sign``, one of ``MINUS_SIGNS``, and spoken.
    A claim of fewer debtors than ``disclosure_threshold`` is suppressed; 0 suppresses none.
    ``site_url`` is where the site stands, if it is to be told to feed readers and search engines;
    it ends in a slash.
    """

    municipality_name: str
    publisher: str
    contact: str
    title: str = "未収金残高報告"
    unit: str = "千円"
    minus_sign: str = "△"
    disclosure_threshold: int = 10
    site_url: str | None = None

    def __post_init__(self) -> None:
        if self.site_url is not None and not _SITE_URL.fullmatch(str(self.site_url)):
            raise ValueError(
                f"site_url「{self.site_url}」は使えません。"
                "https:// で始まり / で終わるアドレスを書きます。"
            )
        if self.unit not in UNITS:
            raise ValueError(
                f"表示単位「{self.unit}」は使えません。{'・'.join(UNITS)}から選びます。"
            )
        if self.minus_sign not in MINUS_SIGNS:
            raise ValueError(
                f"負の数の符号（minus_sign）「{self.minus_sign}」は使えません。"
                f"{'・'.join(MINUS_SIGNS)}から選びます。"
            )
        threshold: object = self.disclosure_threshold
        if isinstance(threshold, bool) or not isinstance(threshold, int) or threshold < 0:
            raise ValueError(
                f"disclosure_threshold（秘匿する債務者数のしきい値）は0以上の整数です: {threshold}"
            )


@dataclass(frozen=True)
class City:
    """A municipality code of six digits, and the settings of its reports."""

    municipality_code: str
    settings: ReportSettings


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

    ``hidden`` names the figures (of ``MONEY``, ``RATES`` and ``COUNTS``) that are suppressed:
    None in ``figures``, printed ``x``. Debtors are those on the day of the report, of the last
    settlement and of a year earlier; None where nobody told.
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

    ``hidden`` as with ``ClaimLine``.
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
class CityTarget:
    """A balance that the city aims at for the close of ``fiscal_year``, as a meeting decided it.

    Yen; the parts are None where only the total was decided. ``change``: against the target of
    the same year before; None for the first.
    """

    fiscal_year: int
    kind: str
    revision_no: int
    target: int
    target_current: int | None
    target_prior: int | None
    change: int | None
    decided_on: date | None
    meeting: str
    reason: str

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
    ``hidden`` names the balances that are suppressed, and ``above_target`` with them.
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
        if "balance" in self.hidden:
            return NOT_TOLD
        return ATTAINED[None if self.balance is None else self.balance <= target.target]


@dataclass(frozen=True)
class StatusShare:
    """What the city is owed in one status at the close of ``fiscal_year``: yen, and its share.

    ``group`` is ``recovery`` (回収債権) or ``disposal`` (整理債権); ``cases`` are never published.
    """

    status_code: str
    label: str
    group: str
    balance: int
    fiscal_year: int
    share_pct: Decimal | None = None
    cases: int | None = None


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
    ``targets``, those decided by ``issued``, by year and revision.
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
    waived: tuple[Waived, ...] = ()
    revision: int = 1
    correction: Correction | None = None

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
        lines: tuple[ClaimLine | TotalLine | YearEnd, ...]
        lines = (*self.claims, *self.totals, *self.history)
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
