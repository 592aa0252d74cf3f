"""Where the numbered sections of the annual form begin, and the year Y they name."""

from collections.abc import Mapping
from typing import Any

from ingest import text
from ingest.forms.reading import (
    Page,
)
from ingest.text import key


class Sections:
    """The rows at which the numbered sections begin."""

    def __init__(self, page: Page) -> None:
        self.page = page
        numbered: dict[str, int] = {}
        named: dict[str, int] = {}
        specs: Mapping[str, Mapping[str, Any]] = page.layout.spec["sections"]
        for row, _, words in page.sheet.texts:
            k = key(words)
            for name, spec in specs.items():
                if any(key(w) in k for w in spec["words"]):
                    if k.startswith(str(spec["number"])):
                        numbered.setdefault(name, row)
                    elif len(k) > max(map(len, spec["words"])):  # a row label is the bare word
                        named.setdefault(name, row)
        self.starts = named | numbered  # a heading that lost its number is still a heading

    def start(self, name: str, default: int) -> int:
        """First row of a section, or the default when its heading is not there."""
        return self.starts.get(name, default)

    def rows(self, name: str) -> range:
        """The rows of a section: from its heading to the next section's."""
        if name not in self.starts:
            return range(0)
        start = self.starts[name]
        later = [s for s in self.starts.values() if s > start]
        return range(start, min(later, default=self.page.sheet.bottom))


def fiscal_year(page: Page, sections: Sections) -> int | None:
    """Y, from the headings of sections 1, 3 and 4; they must agree."""
    named: dict[int, list[tuple[int, int]]] = {}
    for name in ("attainment", "status", "review"):
        row = sections.start(name, -1)
        for r, c, words in page.sheet.texts:
            if r == row and (year := text.fiscal_year(words)) is not None:
                named.setdefault(year, []).append((r, c))
    if len(named) == 1 and page.layout.spec["valid_from"] <= min(named):
        return min(named)
    odd = min(named, key=lambda year: len(named[year]), default=None)
    page.note(
        "error",
        "fiscal_year",
        None if odd is None else named[odd][0],
        "調書の年度が読み取れません。「１．」「３．」「４．」の見出しに同じ年度"
        "(例 令和元年度)を書いてください。",
        found="・".join(f"{text.wareki(y)}年度" for y in sorted(named)) or None,
        expected="見出しの年度が一つに定まること",
    )
    return None
