"""The heading of a plan table: which column speaks of which year, and of what (domain §3).

Columns are known by year and scenario, in whatever order they stand; ①–④ only say which of them a
printed difference compares. Where 和暦 stands over a 西暦 that names another year, 和暦 rules.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ingest import text
from ingest.forms.page import Page
from ingest.forms.tables.headings import Spread
from ingest.forms.tables.vocabulary import Vocabulary, vocabulary
from ingest.layout import Column, Layout
from ingest.quoting import as_written
from ingest.text import key, money_units, plain_dashes, without_years
from ingest.values import Value

_LONGEST = 40
_FEWEST = 3  # columns of figures that make a heading
_BESIDE = 4  # rows that a heading may be high, above or below the word 債権名
_DIFFERENCE = re.compile(r"\(?([0-9A-F])\)?-\(?([0-9A-F])\)?$")
_MARK = re.compile(r"\(?([0-9A-F])\)?$|^\(?([0-9A-F])\)?(?=[^0-9A-F])")
_WESTERN_ALONE = re.compile(r"\(?(?:19|20)\d\d(?:年度?)?\)?")


@dataclass(frozen=True)
class Figures:
    """A column of figures as its heading names it.

    `mark`: 1 of 決算値①; `compares`: the marks of ③-①; a `comparison` is a printed difference.
    """

    place: int
    row: int
    words: str
    year: int | None
    scenario: str | None
    mark: str | None
    compares: tuple[str, str] | None
    comparison: bool


@dataclass(frozen=True)
class Heading:
    """Where a plan table's heading stands, and what its columns are."""

    lines: range
    names: dict[str, int]
    figures: tuple[Figures, ...]
    others: tuple[tuple[int, int], ...]  # cells of columns that no plan table has


def find_heading(page: Page) -> Heading | None:
    """The heading around the first 債権名 that has figures beside it; None when there is none."""
    words = vocabulary(page.layout.columns)
    names = {c.name: c.label_keys for c in page.layout.columns if c.kind != "money"}
    for row, column, written in page.sheet.texts:
        if words.label(written) in names["claim_name"]:
            lines = _lines(page, words, row, column)
            heading = _heading(page, words, names, lines, column)
            if heading.figures:
                return heading
    return None


def settled(page: Page, heading: Heading, is_rate: bool) -> Heading:
    """The heading with each of its columns being the one that is meant (see `Spread`)."""
    kind = "rate" if is_rate else "money"
    columns = [Column(str(f.place), "figures", (f.words,), kind=kind) for f in heading.figures]
    names = [Column(name, "claim", (name,), kind="text") for name in heading.names]
    placed = heading.names | {str(f.place): f.place for f in heading.figures}
    headed = {c for c in page.span if any(page.value(r, c) is not None for r in heading.lines)}
    spread = Spread(page, heading.lines, [*names, *columns], placed, headed)
    meant = spread.settle()
    return replace(
        heading,
        lines=range(heading.lines.start, spread.seconds.stop or heading.lines.stop),
        figures=tuple(
            replace(f, place=meant[str(f.place)]) for f in heading.figures if str(f.place) in meant
        ),
        others=(*heading.others, *((spread.seconds[0], c) for c in spread.passed_over)),
    )


def place_of_lost_name(page: Page, heading: Heading | None) -> tuple[int, int] | None:
    """Where 所管課 (in a heading that lacks it), or else 債権名, should stand."""
    if heading:
        return heading.lines.start, max(min(heading.names.values()) - 1, page.sheet.left)
    said: dict[int, list[int]] = {}
    for row, column, written in page.sheet.texts:
        if _says(page.layout, written):
            said.setdefault(row, []).append(column)
    first = next((r for r in sorted(said) if len(said[r]) >= _FEWEST), None)
    return None if first is None else (first, max(min(said[first]) - 1, page.sheet.left))


def _lines(page: Page, words: Vocabulary, row: int, column: int) -> range:
    """The rows of the heading: those around 債権名 that say something right of it."""
    first, last = row, row
    while row - first < _BESIDE and _is_line(page, words, first - 1, column):
        first -= 1
    while last - row < _BESIDE and _is_line(page, words, last + 1, column):
        last += 1
    return range(first, last + 1)


def _is_line(page: Page, words: Vocabulary, row: int, column: int) -> bool:
    beneath = page.value(row, column)
    if beneath is not None and not (isinstance(beneath, str) and words.label(beneath)):
        return False
    right = [page.value(row, c) for c in range(column + 1, page.sheet.right)]
    filled = [v for v in right if v is not None]
    if filled and all(_is_year(v) for v in filled):
        return True
    return any(isinstance(v, str) and _says(page.layout, v) for v in filled)


def _is_year(value: Value) -> bool:
    return isinstance(value, int | float) and 1989 <= value <= 2100 and value == int(value)


def _says(layout: Layout, written: str) -> bool:
    """Whether a text is part of a heading: a year, a scenario or a comparison, and no title."""
    k = plain_dashes(key(written))
    if len(k) > _LONGEST or any(title in k for title in layout.title_keys) or "単位" in k:
        return False
    return (
        text.fiscal_year(written) is not None
        or _scenario(layout, k) is not None
        or any(word in k for word in layout.spec["comparison"])
        or _DIFFERENCE.fullmatch(k) is not None
    )


def _scenario(layout: Layout, k: str) -> str | None:
    return next(
        (name for name, words in layout.spec["scenarios"].items() if any(w in k for w in words)),
        None,
    )


def _heading(
    page: Page, words: Vocabulary, names: Mapping[str, frozenset[str]], lines: range, left: int
) -> Heading:
    places: dict[str, int] = {"claim_name": left}
    figures: list[Figures] = []
    others: list[tuple[int, int]] = []
    for c in page.span:
        own = [(r, as_written(v)) for r in lines if (v := page.value(r, c)) is not None]
        own = [(r, w) for r, w in own if "単位" not in w and not money_units(key(w))]
        if not own or c == left:
            continue
        labels = {words.label(w) for _, w in own} | {words.label("".join(w for _, w in own))}
        name = next((n for n, keys in names.items() if n not in places and labels & keys), None)
        if name:
            places[name] = c
        elif each := _figures(page, lines, c, own, left):
            figures.append(each)
        elif any(not _says(page.layout, w) for _, w in own):
            others.append((own[-1][0], c))
    return Heading(lines, places, tuple(figures), tuple(others))


def _figures(
    page: Page, lines: range, column: int, own: list[tuple[int, str]], left: int
) -> Figures | None:
    """What a column's own words say; year and scenario also from a merged cell to the left."""
    said = [w for _, w in own]
    beside = [w for r in lines if (w := _beside(page, r, column, left))]
    rest = plain_dashes("".join(without_years(key(w)) for w in said))
    compares = _DIFFERENCE.search(rest)
    body = rest[: compares.start()] if compares else rest
    comparison = bool(compares) or any(w in body for w in page.layout.spec["comparison"])
    scenario = _scenario(page.layout, body)
    if not comparison and scenario is None and _year(said) is not None:
        scenario = next((s for w in beside if (s := _scenario(page.layout, key(w)))), None)
    if not comparison and scenario is None:
        return None
    mark = None if compares else _MARK.search(body)
    return Figures(
        place=column,
        row=own[-1][0],
        words=" ".join(" ".join(w.split()) for w in said),
        year=_year(said) or _year(beside),
        scenario=scenario,
        mark=(mark[1] or mark[2]) if mark else None,
        compares=(compares[1], compares[2]) if compares else None,
        comparison=comparison,
    )


def _beside(page: Page, row: int, column: int, left: int) -> str | None:
    """The words to the left of a blank cell of the heading: a merged cell shows them only once."""
    if page.value(row, column) is not None:
        return None
    for c in range(column - 1, left, -1):
        value = page.value(row, c)
        if value is not None:
            return as_written(value)
    return None


def _year(said: Iterable[str]) -> int | None:
    """The year of a heading: of the line in 和暦, else of the line in 西暦."""
    lines = [(w, year) for w in said if (year := text.fiscal_year(w)) is not None]
    japanese = [year for w, year in lines if not _WESTERN_ALONE.fullmatch(key(w))]
    return next(iter([*japanese, *(year for _, year in lines)]), None)
