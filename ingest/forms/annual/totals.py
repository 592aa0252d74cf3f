"""The totals of section 3: 債務者数, 件数 and 残高."""

from collections.abc import Mapping

from ingest.forms.annual.sections import Sections
from ingest.forms.annual.status import Status
from ingest.forms.page import Page
from ingest.text import key
from ingest.workbook import Place

Totals = Mapping[str, tuple[int | None, Place]]
LINES = 5  # below the table of section 3, in which its totals are looked for
_UNITS = frozenset({"人", "件", "世帯", "名", "円", "千円"})


def read_totals(page: Page, sections: Sections, status: Status | None) -> Totals:
    """債務者数, 件数 and 残高 in total: measure → (value, or None for what is illegible; place)."""
    if status is None:
        return {}
    top = sections.start("status", status.rows.start)
    rows = range(top + 1, sections.after(top))
    found: dict[str, list[Place]] = {}
    for r, c, words in page.sheet.texts:
        if r not in rows or status.covers(r, c):
            continue
        for name, spec in page.layout.spec["totals"].items():
            if any(w in key(words) for w in spec["words"]):
                found.setdefault(name, []).append(_total_place(page, r, c))
                break
    totals: dict[str, tuple[int | None, Place]] = {}
    for name, places in found.items():
        place = next((p for p in places if page.value(*p) is not None), places[0])
        errors = page.errors
        value = _total(page, status, name, place)
        page.land("total", "", name, place, value)
        totals[name] = (value if page.errors == errors else None, place)
    return totals


def likely_place(status: Status, totals: Totals) -> Place:
    """Where a total stands whose label is gone: at a line below section 3 that nothing explains."""
    page = status.page
    taken = [row for _, (row, _) in totals.values()]
    below = range(status.rows.stop, status.rows.stop + LINES)
    strays = [
        row for row in below if row not in taken and any(page.is_number(row, c) for c in page.span)
    ]
    return strays[0] if strays else max(taken, default=below.start) + 1, page.sheet.left


def _total(page: Page, status: Status, name: str, place: Place) -> int:
    if name != "debtors" and page.is_uncached(*place):
        return status.total(name)  # a formula over the table, like its other computed cells
    read = page.amount if name == "balance" else page.count
    return read(*place, page.layout.spec["totals"][name]["words"][0])


def _total_place(page: Page, row: int, label: int) -> Place:
    """The cell of a total: the next one that holds anything, or the one before its unit.

    Below the label when there is nothing to its right.
    """
    for c in range(label + 1, page.sheet.right):
        value = page.value(row, c)
        if isinstance(value, str) and key(value) in _UNITS:
            return row, c - 1
        if value is not None:
            return row, c
    return (row + 1, label) if page.is_number(row + 1, label) else (row, label + 1)
