"""Amounts typed in 円 where 千円 is asked, as far as a form can show it by itself."""

from collections.abc import Set

from ingest import text
from ingest.forms.columns import Table
from ingest.forms.reading import MONEY_UNITS, Page
from ingest.text import Unreadable

# A jump of this size against the other rows is a unit, not a development.
UNIT_JUMP = 500
_ENOUGH = 4  # different amounts that are all multiples of a thousand are no coincidence


def note_if_all_in_yen(page: Page, amounts: Set[int], place: tuple[int, int] | None) -> None:
    """Note a table of 千円 that holds nothing but multiples of a thousand. `amounts`: yen."""
    step = 1000 * page.unit_yen
    sizes = amounts - {0}
    if page.unit_yen > 1 and len(sizes) >= _ENOUGH and all(size % step == 0 for size in sizes):
        note_thousandfold(page, place, "表全体", certain=True)


def note_thousandfold(page: Page, place: tuple[int, int] | None, name: str, certain: bool) -> None:
    """Note an amount, or a table, that seems to be in 円."""
    page.note(
        "error" if certain else "warning",
        "thousandfold",
        place,
        f"「{name}」は円単位の金額のように見えます(ほかの行の{UNIT_JUMP}倍以上、または千の倍数ばかり)。"
        "この様式は千円単位です。千円単位に直してください。",
        found=page.value(*place) if place else None,
        expected="千円単位の整数",
    )


def read_unit_of_figures(page: Page, table: Table, measure: str) -> None:
    """The unit that the sheet names, else the one behind the figures; without one, ask back.

    For forms that departments lay out themselves: no unit goes without saying there.
    """
    if page.read_unit(table.first_row - 1):
        return
    place = table.columns[measure]
    found: dict[str, tuple[int, int]] = {}
    for row in range(table.first_row, page.sheet.bottom):
        try:
            parsed = text.number(page.value(row, place))
        except Unreadable:
            continue
        if parsed:
            found.setdefault(parsed.unit or "", (row, place))
    units = found.keys() - {""}
    if len(units) == 1 and "" not in found and MONEY_UNITS.get(*units) in (1, 1_000):
        page.unit_yen = MONEY_UNITS[units.pop()]
    elif found and not units:
        page.note(
            "error",
            "unit",
            found[""],
            "金額の単位がどこにも書かれていません。表の右上に「(単位：千円)」か「(単位：円)」と"
            "書いてください。",
            found=page.value(*found[""]),
            expected="(単位：千円)または(単位：円)",
        )
