"""Printed differences against the two figures they compare: a blank counts as 0 (domain §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ingest import text
from ingest.addresses import address
from ingest.forms.page import Page
from ingest.forms.plan.heading import Figures
from ingest.forms.plan.roles import Difference, Roles
from ingest.quoting import quoted

Amount = int | Decimal | None  # yen, or percent; None for a blank

_FEW = 0.1  # of the lines; a table that leaves more of them blank prints what it likes
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Line:
    """A claim, or a total, with its figures by column of the sheet."""

    row: int
    name: str
    amounts: Mapping[int, Amount]
    legible: bool


@dataclass(frozen=True)
class _Wrong:
    each: Difference
    expected: int | Decimal
    gap: int | Decimal  # printed − expected


def check_differences(page: Page, roles: Roles, line: Line, excess: Mapping[int, int]) -> None:
    """Note what is wrong in a line, at the cell that is to blame as far as anything shows it.

    `excess`: column → by how much its claims exceed 合計. Where all differences of a line are off
    alike, their minuend is to blame; where one is off by just the excess of the figure that it
    subtracts, that figure is; else the difference itself.
    """
    wrong = _wrong(roles, line)
    printed = [d for d in roles.differences if line.amounts[d.figures.place] is not None]
    if len({w.gap for w in wrong}) == 1 < len(wrong) == len(printed):
        minuends = {w.each.minuend for w in wrong}
        if len(minuends) == 1:
            _note_figure(page, line, minuends.pop(), wrong[0].gap)
            return
    for each in wrong:
        subtracted = each.each.subtrahend
        if each.gap == excess.get(subtracted.place):
            _note_figure(page, line, subtracted, -each.gap)
        else:
            _note_difference(page, line, each)


def check_total(page: Page, roles: Roles, line: Line, excess: Mapping[int, int]) -> None:
    """The same for 合計, whose wrong sums are noted already: their differences only echo them."""
    for each in _wrong(roles, line):
        if not excess.get(each.each.minuend.place) and not excess.get(each.each.subtrahend.place):
            _note_difference(page, line, each)


def note_blank_differences(page: Page, roles: Roles, lines: list[Line]) -> None:
    """Warn of the few differences that are blank where nearly every other line prints its own."""
    for each in roles.differences:
        figures = each.figures
        blank = [line for line in lines if line.amounts[figures.place] is None and line.legible]
        if len(blank) > len(lines) * _FEW:
            continue
        for line in blank:
            compared = [line.amounts[f.place] for f in (each.minuend, each.subtrahend)]
            if compared != [None, None] and not page.is_doubtful(line.row, figures.place):
                page.warn(
                    "difference",
                    (line.row, figures.place),
                    f"{line.name}の「{quoted(figures.words)}」が空欄です。"
                    "ほかの行と同じように記入してください。",
                    found=None,
                    expected="差(0のときは0)",
                )


def _wrong(roles: Roles, line: Line) -> list[_Wrong]:
    found = []
    for each in roles.differences if line.legible else ():
        printed = line.amounts[each.figures.place]
        if printed is None:
            continue
        minuend, subtrahend = (line.amounts[f.place] for f in (each.minuend, each.subtrahend))
        expected = (minuend or 0) - (subtrahend or 0)
        gap = printed - expected
        finer = any(v is not None and v % _TENTH != 0 for v in (minuend, subtrahend))
        if gap and not (finer and abs(Decimal(gap)) <= _TENTH / 2):  # printed to one decimal
            found.append(_Wrong(each, expected, gap))
    return found


def _note_difference(page: Page, line: Line, wrong: _Wrong) -> None:
    each = wrong.each
    page.note_differs(
        "difference",
        (line.row, each.figures.place),
        f"{line.name}の「{quoted(each.figures.words)}」は、"
        f"{_figure(line, each.minuend)}から{_figure(line, each.subtrahend)}を引くと",
        _shown(page, wrong.expected),
        "。どちらが正しいか確かめ、訂正してください。",
    )


def _figure(line: Line, figures: Figures) -> str:
    return f"「{quoted(figures.words)}」(セル{address(line.row, figures.place)})"


def _note_figure(page: Page, line: Line, figures: Figures, by: int | Decimal) -> None:
    place = (line.row, figures.place)
    value = page.value(*place)
    written = "" if value is None else quoted(value)
    right = _shown(page, (line.amounts[figures.place] or 0) + by)
    page.error(
        "difference",
        place,
        f"{line.name}の「{quoted(figures.words)}」の「{written}」が、"
        f"右の差と合いません。差から計算すると{right}です。どちらが正しいか確かめ、訂正してください。",
        expected=right,
    )


def _shown(page: Page, value: int | Decimal) -> str:
    if isinstance(value, int):
        return page.shown(value)
    return f"{'▲' if value < 0 else ''}{text.percent(abs(value))}"
