"""Tells forms, and versions of a form, apart by their headings; file and sheet names prove nothing.

What makes a form recognisable stands in its layout file; see docs/forms.md.
"""

import re
from collections.abc import Collection
from itertools import takewhile

from ingest.forms.columns import most_headings
from ingest.forms.years_across import most_named_rows, row_names
from ingest.layout import Layout, layouts
from ingest.text import bare, key
from ingest.workbook import Sheet

ENOUGH = 3  # signs of a form that make a sheet one of its kind
MANY = 10  # figures; instructions name the same words, but hold few
_MARK = re.compile(r"様式番号:?([A-Z_]+-\d+)")

Place = tuple[int, int]


def recognise(sheet: Sheet) -> Layout | None:
    """The layout that the sheet's mark names, else the one whose headings it shows best.

    None when no form shows enough of its headings.
    """
    return next(iter(candidates(sheet)), None)


def candidates(sheet: Sheet) -> list[Layout]:
    """The layouts that the sheet may have been drawn from: equally good versions of one form."""
    ranked = ranking(sheet)
    score, best = ranked[0]
    if score < ENOUGH:
        return []
    versions = [(s, each) for s, each in ranked if each.form == best.form]
    named = mark(sheet)
    if named is not None:
        marked = [each for _, each in versions if key(each.mark) == named[0]]
        if marked:
            return marked
    return [each for _, each in takewhile(lambda pair: pair[0] == score, versions)]


def ranking(sheet: Sheet) -> list[tuple[float, Layout]]:
    """Every layout with its score, the nearest first; of equals the newest.

    The whole part of a score counts signs (title, sections, header labels, lines of headings), the
    rest is the share of the layout's headings that the sheet shows. `ENOUGH` make a form.
    """
    keys = {bare(key(words)) for _, _, words in sheet.texts}
    everything = "\n".join(keys)
    scored = [(_score(sheet, each, keys, everything), each) for each in reversed(layouts())]
    return sorted(scored, key=lambda pair: pair[0], reverse=True)


def mark(sheet: Sheet) -> tuple[str, Place] | None:
    """The version mark that templates print (様式番号 annual-1), as compared, and its place."""
    for row, column, words in sheet.texts:
        found = _MARK.search(key(words)) if "様式番号" in words else None
        if found:
            return found[1], (row, column)
    return None


def _score(sheet: Sheet, layout: Layout, keys: Collection[str], everything: str) -> float:
    """A line of column headings counts as the layout says; all else for one sign each."""
    title = any(each in everything for each in layout.title_keys)
    sections = sum(
        any(key(word) in everything for word in section["words"])
        for section in layout.spec.get("sections", {}).values()
    )
    labels = sum(any(k in keys for k in names) for names in layout.header.values())
    signs = title + (sections >= 2) + (2 * labels > len(layout.header))
    if layout.spec["recognise"].get("years_across"):
        shown = most_named_rows(sheet, row_names(layout.columns, layout.groups))
    else:
        shown = most_headings(sheet, layout.columns)
    line = max((count for least, count in layout.signs.items() if shown >= least), default=0)
    if not line and not sheet.holds_figures(MANY):
        signs = min(signs, ENOUGH - 1)
    found = sum(not names.isdisjoint(keys) for names in layout.headings)
    return signs + line + found / (len(layout.headings) + 1)
