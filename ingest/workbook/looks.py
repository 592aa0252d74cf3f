"""How cells are formatted, as far as it decides what a person sees: format, strike, colours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ingest.quoting import as_written, quoted
from ingest.values import Doubt, Shown, Value
from ingest.workbook import seen
from ingest.workbook.formats import GENERAL, read
from ingest.workbook.sheet import Remark

BLACK, WHITE = "000000", "FFFFFF"
_WHOLE = (0.0, 7.0, -7.0, 1234567.0, -1234567.0)
_FRACTIONS = (0.123456789, -0.123456789, 1234.56789012, -1234.56789012)
_PROBE = "あ"


@dataclass(frozen=True)
class Look:
    """The format of a cell: `code` of its number format, whether it is struck out, its colours.

    `ink` of the letters and `ground` behind them: names that are equal for equal colours. Of the
    look that a condition gives, "" is what the cell has itself.
    """

    code: str = GENERAL
    is_struck: bool = False
    ink: str = BLACK
    ground: str = WHITE
    is_yellow: bool = False

    @property
    def is_unseen(self) -> bool:
        """Whether letters have the colour of their ground, as white on white."""
        return self.ink == self.ground

    @cached_property
    def is_plain(self) -> bool:
        """Whether everything is seen as it is stored."""
        is_general = self.code in (GENERAL, "@")
        return is_general and not self.is_struck and not self.is_unseen

    def on(self, own: "Look") -> "Look":
        """How a cell of the look `own` looks while a condition gives it this one."""
        return Look(
            self.code or own.code,
            is_struck=self.is_struck or own.is_struck,
            ink=self.ink or own.ink,
            ground=self.ground or own.ground,
            is_yellow=own.is_yellow,
        )

    @cached_property
    def _shows_whole_numbers(self) -> bool:
        form = read(self.code)
        conditional = any(section.condition for section in form.sections)
        return not conditional and all(_is_as_stored(n, self.code) for n in _WHOLE)

    @cached_property
    def _fractions(self) -> tuple[int, bool] | None:
        """Decimals and percent, where all numbers are shown as just digits, a sign and %."""
        form = read(self.code)
        if any(section.condition for section in form.sections):
            return None
        shown = [seen.number(n, form.number(n), self.code) for n in _FRACTIONS]
        ways = [
            (each.decimals or 0, each.is_percent)
            for each in shown
            if isinstance(each, Shown) and each.scale == 1
        ]
        return ways[0] if len(ways) == len(shown) and len(set(ways)) == 1 else None

    @cached_property
    def _shows_words(self) -> bool:
        return read(self.code).words(_PROBE) == _PROBE

    def seen(self, stored: Value, zero: datetime) -> Value:
        """What a person sees of a value (strikes apart). `zero`: the day of the number 0."""
        if isinstance(stored, str):
            if self.is_unseen and seen.is_figure(stored):
                return seen.invisible(stored)
            if self._shows_words:
                return stored
        if type(stored) is float:
            if stored and self.is_unseen:
                return seen.invisible(stored)
            if stored.is_integer() and self._shows_whole_numbers:
                return stored
            if stored and self._fractions:  # zero may have a section of its own
                decimals, is_percent = self._fractions
                return Shown(stored, decimals, is_percent=is_percent)
        return seen.formatted(stored, read(self.code), zero)


def _is_as_stored(number: float, code: str) -> bool:
    shown = seen.number(number, read(code).number(number), code)
    return type(shown) is float and shown == number


@dataclass(frozen=True)
class Run:
    """A part of a text; `is_struck` None: as its cell is. `is_raised`: ² or ₂, a mark."""

    text: str
    is_struck: bool | None = None
    is_raised: bool = False


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def visible(runs: Iterable[Run], *, is_struck: bool) -> tuple[Value, Remark | None]:
    """What is left of a text without what is struck out, and a remark where anything is.

    A struck-out text is withdrawn, and what stands beside it counts (見え消し, domain §4).
    """
    kept: list[str] = []
    withdrawn: list[str] = []
    for run in runs:
        struck = is_struck if run.is_struck is None else run.is_struck
        words = run.text.translate(_RAISED) if run.is_raised else run.text
        (withdrawn if struck else kept).append(words)
    left, gone = "".join(kept), "".join(withdrawn).strip()
    if not gone:
        return seen.words(left), None
    if not left.strip():
        return struck_out(gone), None
    words = f"取り消し線の「{quoted(gone)}」を除き、「{quoted(left.strip())}」と読みました。"
    return seen.words(left.strip()), Remark("struck_out", words)


def struck_out(stored: Value) -> Doubt:
    """A cell of which everything is struck out."""
    words = as_written(stored)
    return Doubt(
        "struck_out",
        words,
        f"「{quoted(words)}」には取り消し線が引かれており、取り消されたのかどうか決められません。"
        "正しい値を取り消し線なしで記入してください(値がないときは、消して空欄にしてください)。",
        stored,
    )


def day_zero(*, of_mac: bool) -> datetime:
    """The day that the number 0 stands for (ECMA-376 part 1, §18.17.4.1); dates have no zone."""
    return datetime(1904, 1, 1) if of_mac else datetime(1899, 12, 30)  # noqa: DTZ001
