"""Tells forms, and versions of a form, apart by their headings; file and sheet names prove nothing.

What makes a form recognisable stands in its layout file; see docs/forms.md.
"""

import re
from collections.abc import Iterable
from itertools import takewhile

from ingest.forms.tables.vocabulary import most_headings
from ingest.forms.tables.years_across import most_named_rows, row_names
from ingest.layout import Layout, layouts
from ingest.text import key
from ingest.workbook import Place, Sheet

ENOUGH = 3  # signs of a form that make a sheet one of its kind
MANY = 10  # figures; instructions name the same words, but hold few
_MARK = re.compile(r"様式番号:?([A-Z_]+-\d+)")


def recognise(sheet: Sheet) -> Layout | None:
    """The layout that the sheet's mark names, else the one whose headings it shows best.

    None when no form shows enough of its headings.
    """
    return next(iter(candidates(sheet)), None)


def candidates(sheet: Sheet) -> list[Layout]:
    """The layouts that the sheet may have been drawn from: equally good versions of one form."""
    likely = _Signs(sheet).best()
    if not likely or likely[0][0] < ENOUGH:
        return []
    score, best = likely[0]
    named = mark(sheet)
    if named is not None:
        marked = [
            each for each in layouts() if each.form == best.form and key(each.mark) == named[0]
        ]
        if marked:
            return marked
    same = (pair for pair in likely if pair[1].form == best.form)
    return [each for _, each in takewhile(lambda pair: pair[0] == score, same)]


def ranking(sheet: Sheet) -> list[tuple[float, Layout]]:
    """Every layout with its score, the nearest first; of equals the newest.

    The whole part of a score counts signs (title, sections, header labels, lines of headings), the
    rest is the share of the layout's headings that the sheet shows. `ENOUGH` make a form.
    """
    signs = _Signs(sheet)
    return _sorted((signs.score(each), each) for each in reversed(layouts()))


def mark(sheet: Sheet) -> tuple[str, Place] | None:
    """The version mark that templates print (様式番号 annual-1), as compared, and its place."""
    for row, column, words in sheet.texts:
        found = _MARK.search(key(words)) if "様式番号" in words else None
        if found:
            return found[1], (row, column)
    return None


def _sorted(scored: Iterable[tuple[float, Layout]]) -> list[tuple[float, Layout]]:
    return sorted(scored, key=lambda pair: pair[0], reverse=True)


class _Signs:
    """What a sheet shows of each form: a line of headings counts as the layout says, else one."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.keys = sheet.keys
        self.everything = "\n".join(self.keys)
        self.holds_figures = sheet.holds_figures(MANY)

    def best(self) -> list[tuple[float, Layout]]:
        """The scores of all layouts that might win, best first.

        Lines of headings are dear to look for: not where they could not make up for the rest.
        """
        words = {each.mark: self.words(each) for each in layouts()}
        scored: list[tuple[float, Layout]] = []
        newest_first = list(reversed(layouts()))
        for each in sorted(newest_first, key=lambda each: -sum(words[each.mark])):
            most = sum(words[each.mark]) + max(each.signs.values(), default=0)
            if not scored or most >= scored[0][0]:
                scored = _sorted([*scored, (self.score(each), each)])
        return scored

    def score(self, layout: Layout) -> float:
        """Signs and share of headings of one layout (see `ranking`)."""
        signs, share = self.words(layout)
        shown = self._headings(layout)
        line = max((count for least, count in layout.signs.items() if shown >= least), default=0)
        if not line and not self.holds_figures:
            signs = min(signs, ENOUGH - 1)
        return signs + line + share

    def words(self, layout: Layout) -> tuple[int, float]:
        """Signs by words anywhere on the sheet, and the share of all headings there."""
        title = any(each in self.everything for each in layout.title_keys)
        sections = sum(
            any(key(word) in self.everything for word in section["words"])
            for section in layout.spec.get("sections", {}).values()
        )
        labels = sum(any(k in self.keys for k in names) for names in layout.header.values())
        found = sum(not names.isdisjoint(self.keys) for names in layout.headings)
        signs = title + (sections >= 2) + (2 * labels > len(layout.header))
        return signs, found / (len(layout.headings) + 1)

    def _headings(self, layout: Layout) -> int:
        if layout.spec["recognise"].get("years_across"):
            return most_named_rows(self.sheet, row_names(layout.columns, layout.groups))
        return most_headings(self.sheet, layout.columns)
