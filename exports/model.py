"""The report model: what a balance report says, in exact yen.

Every format (page, CSV, XLSX) is rendered from the same ``Report``; none computes a figure
that is not here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exports.japanese import UNITS, class_label

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


@dataclass(frozen=True)
class ReportSettings:
    """What a city decides about its report. ``unit`` is a key of ``japanese.UNITS``."""

    municipality_name: str
    publisher: str
    contact: str
    title: str = "未収金残高報告"
    unit: str = "千円"
    minus_sign: str = "△"

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(
                f"表示単位「{self.unit}」は使えません。{'・'.join(UNITS)}から選びます。"
            )


@dataclass(frozen=True)
class Figures:
    """The published figures of a claim or a total: yen, and percent to one decimal.

    None: there is no such figure (no settlement, target or report a year earlier; no change
    where the books close otherwise since; nothing assessed, so no rate). Zero is zero.
    """

    previous_settlement_balance: int | None
    target_balance: int | None
    balance_current: int
    balance_prior: int
    balance: int
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
    """One claim; ``claim_classes`` as in the marts, codes joined by commas."""

    claim_number: str
    claim_name: str
    claim_classes: str
    department: str
    target_kind: str | None
    note: str | None
    figures: Figures
    is_basis_break: bool = False  # its books close otherwise than a year earlier


@dataclass(frozen=True)
class TotalLine:
    """The total of a class, a department or the city (``dimension``), and what it lacks."""

    dimension: str
    member: str
    claims: int
    claims_without_settlement: int
    claims_without_last_year: int
    claims_without_target: int
    figures: Figures
    claims_with_basis_break: int = 0

    @property
    def label(self) -> str:
        """The member as readers see it."""
        if self.dimension == "class":
            return class_label(self.member)
        return self.member or "所属未登録"

    @property
    def since_settlement(self) -> int | None:
        """Balance − last settlement in yen; None unless every claim has a comparable one."""
        before = self.figures.previous_settlement_balance
        return (
            None
            if before is None or self.claims_with_basis_break
            else self.figures.balance - before
        )

    @property
    def above_target(self) -> int | None:
        """Balance − target in yen; negative where the target is more than met."""
        target = self.figures.target_balance
        return None if target is None else self.figures.balance - target


@dataclass(frozen=True)
class Report:
    """The balances of a municipality on ``as_of``; ``issued`` is the date of publication."""

    settings: ReportSettings
    municipality_code: str
    as_of: date
    issued: date
    fiscal_year: int
    claims: tuple[ClaimLine, ...]
    classes: tuple[TotalLine, ...]
    departments: tuple[TotalLine, ...]
    city: TotalLine


def members_of(claims: tuple[ClaimLine, ...], dimension: str, member: str) -> tuple[ClaimLine, ...]:
    """The claims that a total of ``dimension`` is made of."""
    if dimension == "class":
        return tuple(line for line in claims if line.claim_classes == member)
    if dimension == "department":
        return tuple(line for line in claims if line.department == member)
    return claims
