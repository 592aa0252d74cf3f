"""What a cell can hold as a person sees it (domain §4: what counts is what is seen)."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

_LARGE = Context(prec=400)  # a double may have 309 digits


class Shown(float):
    """A number that the screen shows otherwise than it is stored; the number is as stored.

    `decimals`: how many are shown; None where nothing is rounded away. `is_percent`: 0.5 is shown
    as 50%. `scale`: 1,000 where 92,234 is shown as 92.
    """

    decimals: int | None
    is_percent: bool
    scale: int

    def __new__(
        cls, stored: float, decimals: int | None, *, is_percent: bool = False, scale: int = 1
    ) -> "Shown":
        """The number as stored, and how it is shown."""
        self = super().__new__(cls, stored)
        self.decimals, self.is_percent, self.scale = decimals, is_percent, scale
        return self

    @property
    def shown(self) -> Decimal:
        """The number on the screen: 35.2 of 35.2%."""
        exact = Decimal(repr(float(self))) * (100 if self.is_percent else 1) / self.scale
        return exact if self.decimals is None else rounded(exact, self.decimals)

    def __str__(self) -> str:
        """As the screen shows it."""
        return f"{self.shown:,f}{'%' if self.is_percent else ''}"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell whose content cannot be taken for certain.

    `rule`: of the finding, where the cell counts. `seen`: what the screen shows, as messages quote
    it. `cause`: what is the matter and what to do, in words that follow 「…」の. `stored`: what the
    file holds.
    """

    rule: str
    seen: str
    cause: str
    stored: "Value" = None

    def __str__(self) -> str:
        """As the screen shows it."""
        return self.seen


Value = int | float | str | bool | date | time | timedelta | Doubt | None


def rounded(exact: Decimal, decimals: int) -> Decimal:
    """Rounded half away from zero, as spreadsheet programs show numbers."""
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _LARGE)
