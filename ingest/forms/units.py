"""The unit of a form's amounts, and amounts typed in 円 where 千円 is asked."""

import re
from collections.abc import Callable, Iterable, Set
from itertools import dropwhile

from ingest import text
from ingest.forms.page import Page
from ingest.forms.tables.columns import Table
from ingest.text import Unreadable, key, money_units, stated_units
from ingest.workbook import Place
from terms.money import UNITS

# A jump of this size against the other rows is a unit, not a development.
UNIT_JUMP = 500
_ENOUGH = 4  # different amounts that are all multiples of a thousand are no coincidence
_REMARK = re.compile(r"\s*[※＊*注]")


def read_unit(page: Page, last_row: int) -> bool:
    """Take the unit that the sheet names up to a row, on its own or behind a heading.

    The form's own unit when none is named. Two units, or one that the form does not have, are
    noted, also where a remark further below says another one. Returns whether any is named.
    """
    texts, allowed = page.sheet.texts, page.layout.units
    above = _units((t for t in texts if t[0] <= last_row), money_units)
    remarks = [t for t in texts if t[0] > last_row and _REMARK.match(t[2])]
    if not above:  # where no unit is named, a remark may well say the form's own
        remarks = list(dropwhile(lambda t: stated_units(key(t[2])) <= {allowed[0]}, remarks))
    below = _units(remarks, stated_units)
    named = above | {unit: place for unit, place in below.items() if unit not in above}
    if above and len(named) == 1 and named.keys() <= set(allowed):
        page.unit_yen = UNITS[next(iter(named))]
    elif named:
        odd = [place for unit, place in named.items() if unit not in allowed]
        page.error(
            "unit",
            odd[0] if odd else list(named.values())[-1],
            f"金額の単位が{'と'.join(named)}と書かれており、どの単位の金額か決められません。"
            f"単位を{'か'.join(f'「{unit}」' for unit in allowed)}のどれか一つにし、"
            "金額もその単位で記入してください。",
            expected=f"{'または'.join(allowed)}のどれか一つ",
        )
    return bool(above)


def _units(
    texts: Iterable[tuple[int, int, str]], units_of: Callable[[str], Set[str]]
) -> dict[str, Place]:
    """The units that texts name, each with the first place that does."""
    found: dict[str, Place] = {}
    for row, column, words in texts:
        for unit in units_of(key(words)):
            found.setdefault(unit, (row, column))
    return found


def read_unit_of_figures(page: Page, table: Table, measure: str) -> None:
    """The unit that the sheet names, else the one behind the figures; without one, ask back.

    For forms that departments lay out themselves: no unit goes without saying there.
    """
    if read_unit(page, table.first_row - 1):
        return
    found: dict[str, Place] = {}
    for row in range(table.first_row, page.sheet.bottom):
        place = (row, table.columns[measure])
        try:
            parsed = text.number(page.value(*place))
        except Unreadable:
            continue
        if parsed:
            found.setdefault(parsed.unit or "", place)
    units = found.keys() - {""}
    if len(units) == 1 and "" not in found and UNITS.get(*units) in (1, 1_000):
        page.unit_yen = UNITS[units.pop()]
    elif found and not units:
        page.error(
            "unit",
            found[""],
            "金額の単位がどこにも書かれていません。表の右上に「(単位：千円)」か「(単位：円)」と"
            "書いてください。",
            expected="(単位：千円)または(単位：円)",
        )


def note_if_all_in_yen(page: Page, amounts: Set[int], place: Place | None) -> None:
    """Note a table of 千円 that holds nothing but multiples of a thousand. `amounts`: yen."""
    step = 1000 * page.unit_yen
    sizes = amounts - {0}
    if page.unit_yen > 1 and len(sizes) >= _ENOUGH and all(size % step == 0 for size in sizes):
        note_thousandfold(page, place, "表全体", certain=True)


def note_thousandfold(page: Page, place: Place | None, name: str, certain: bool) -> None:
    """Note an amount, or a table, that seems to be in 円."""
    page.note(
        "error" if certain else "warning",
        "thousandfold",
        place,
        f"「{name}」は円単位の金額のように見えます(ほかの行の{UNIT_JUMP}倍以上、または千の倍数ばかり)。"
        "この様式は千円単位です。千円単位に直してください。",
        expected="千円単位の整数",
    )
