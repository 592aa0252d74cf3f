"""Where the numbered sections of the annual form begin, and the year Y they name."""

import re
from collections.abc import Mapping
from functools import cached_property
from itertools import chain

from ingest import text
from ingest.forms.page import Page
from ingest.layout import first_year
from ingest.text import key
from terms.years import year_name

ENOUGH_ROWS = 3  # rows that together name another year than the headings do


class Sections:
    """The rows and columns at which the numbered sections begin."""

    def __init__(self, page: Page) -> None:
        self.page = page
        numbered: dict[str, tuple[int, int]] = {}
        named: dict[str, tuple[int, int]] = {}
        headings = {
            key(word): (name, str(spec["number"]))
            for name, spec in page.layout.spec["sections"].items()
            for word in spec["words"]
        }
        marks = re.compile("|".join(map(re.escape, sorted(headings, key=len, reverse=True))))
        labels = set(map(key, chain(*page.layout.spec["narrative"].values())))
        header = set(chain(*page.layout.header.values()))
        entries = [row for row, _, words in page.sheet.texts if key(words) in header]
        for row, column, words in page.sheet.texts:
            k = key(words)
            mark = marks.search(k)
            if (
                mark is None
                or entries.count(row) > 1
                or any(title in k for title in page.layout.title_keys)
            ):
                continue
            name, number = headings[mark[0]]
            if k.startswith(number):
                numbered.setdefault(name, (row, column))
            elif k not in labels:
                named.setdefault(name, (row, column))
        self.starts = named | numbered  # a heading that lost its number is still a heading

    def start(self, name: str, default: int) -> int:
        """First row of a section, or the default when its heading is not there."""
        return self.starts[name][0] if name in self.starts else default

    def left(self, name: str) -> int:
        """The column of a section's heading; what belongs to it stands below or to the right."""
        return self.starts[name][1] if name in self.starts else 0

    @cached_property
    def first(self) -> int:
        """The row of the first heading of all; the header of the form stands above it."""
        return min((row for row, _ in self.starts.values()), default=self.page.sheet.bottom)

    def after(self, row: int) -> int:
        """The row of the next heading below a row, or the end of the sheet."""
        return min((r for r, _ in self.starts.values() if r > row), default=self.page.sheet.bottom)

    def rows(self, name: str) -> range:
        """The rows of a section: from its heading to the next section's."""
        if name not in self.starts:
            return range(0)
        start = self.starts[name][0]
        return range(start, self.after(start))


def part_labels(page: Page) -> dict[str, str]:
    """The words for 過年度, 現年度 and 合計, as compared: word → part."""
    return {key(w): name for name, words in page.layout.spec["parts"].items() for w in words}


def fiscal_year(page: Page, sections: Sections, implied: Mapping[int, int]) -> int | None:
    """Y, from the headings of sections 1, 3 and 4, which must agree; else from the rows A–G.

    `implied`: the year Y that follows from the letter and the year of a row → number of rows.
    """
    named = _years_of_headings(page, sections)
    by_rows = max(implied, key=lambda year: implied[year], default=None)
    enough = by_rows is not None and implied[by_rows] >= ENOUGH_ROWS
    if not named and enough and len(implied) == 1:
        return by_rows
    stale = enough and by_rows not in named
    if len(named) == 1 and first_year(page.layout.form) <= min(named) and not stale:
        return min(named)
    odd = min(named, key=lambda year: len(named[year]), default=None)
    years = sorted({*named, by_rows} if stale and by_rows else named)
    page.error(
        "fiscal_year",
        None if odd is None else named[odd][0],
        "調書の年度が一つに決まりません。「１．」「３．」「４．」の見出しと「２．」の行の年度を"
        "確かめ、見出しに同じ年度(例 令和元年度)を書いてください。",
        found="・".join(f"{year_name(y)}年度" for y in years) or None,
        expected="見出しと行の年度が一致すること",
    )
    return None


def _years_of_headings(page: Page, sections: Sections) -> dict[int, list[tuple[int, int]]]:
    rows = {sections.start(name, -1) for name in ("attainment", "status", "review")}
    named: dict[int, list[tuple[int, int]]] = {}
    for row, column, words in page.sheet.texts:
        if row in rows and (year := text.fiscal_year(words)) is not None:
            named.setdefault(year, []).append((row, column))
    return named
