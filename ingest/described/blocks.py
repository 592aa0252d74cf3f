"""Finds the tables of a sheet by the words of their column headings."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from ingest.described.grid import Grid
from ingest.described.layout import Described, Table
from ingest.described.words import (
    EACH,
    Dictionary,
    Said,
    heading,
    is_pattern,
    is_symbol,
    understood,
)
from ingest.forms.page import Page
from ingest.workbook import Place

_FEWEST = 2  # headings of a table of several columns that make one of its kind
_APART = 3  # lines that may lie between two lines of one heading
_PASSED_OVER = "<passed over>"


class Fit(NamedTuple):
    """How well a description fits: the share of its headings that is there, and their number."""

    share: float
    known: int


@dataclass(frozen=True)
class Block:
    """One table where it stands: the lines of its heading, and the rows below them.

    `headings`: what the lines over each column say.
    """

    table: Table
    grid: Grid
    lines: range
    rows: range
    headings: Mapping[int, Said]

    @cached_property
    def first_place(self) -> Place:
        """Where its heading begins."""
        return self.grid.place(self.lines[0], min(self.headings))

    @cached_property
    def figure_columns(self) -> list[int]:
        """The columns whose cells are figures."""
        is_told = (EACH, _PASSED_OVER)
        return [
            column
            for column, said in self.headings.items()
            if said.entries and not said.unknown and not said.dimensions.keys() & is_told
        ]

    @cached_property
    def told_columns(self) -> Mapping[int, str]:
        """The columns whose cells are values of a dimension, as their heading says."""
        said = {column: each.dimensions for column, each in self.headings.items()}
        return {column: each[EACH] for column, each in said.items() if EACH in each}

    @cached_property
    def passed_over(self) -> list[int]:
        """The columns that the layout names as such."""
        said = self.headings.items()
        return [column for column, each in said if _PASSED_OVER in each.dimensions]

    @cached_property
    def missing(self) -> list[str]:
        """Words of the layout that no column shows."""
        found = {entry for said in self.headings.values() for entry in said.entries}
        return [words for words in _required(self.table) if words not in found]

    @cached_property
    def fit(self) -> Fit:
        """How well the description fits."""
        known = sum(len(said.entries) for said in self.headings.values())
        return Fit(1 - len(self.missing) / max(len(_required(self.table)), 1), known)


def blocks(page: Page, layout: Described) -> list[Block]:
    """The tables of a layout on a page; each with the description that fits it best.

    One description may fit several tables: one for each department. Where several fit equally,
    they take turns from the top, the last one goes on.
    """
    found = []
    for transposed in (False, True):
        tables = [table for table in layout.tables if table.transposed == transposed]
        if tables:
            grid = Grid(page, transposed=transposed)
            fitting = [block for table in tables for block in _of_table(grid, table)]
            found += _with_rows(_best(fitting))
    return found


def may_show(layout: Described, words: Set[str]) -> bool:
    """Whether a sheet that holds some compared words may show enough headings of each table.

    Cheap, for most sheets are of other layouts: only headings in one cell are looked for, so that
    less is asked for here than a table needs in the end.
    """
    for table in layout.tables:
        wanted = [heading(each.replace("/", "")).words for each in _required(table)]
        if not table.may_lack and 3 * len(words & set(wanted)) < len(wanted):
            return False
    return True


def _required(table: Table) -> list[str]:
    """The words of column headings that a table is not complete without."""
    return [w for w in table.columns if w not in table.optional and not is_pattern(w)]


def _dictionary(table: Table) -> Dictionary:
    over = {words: {_PASSED_OVER: words} for words in table.pass_over.columns}
    return Dictionary({**over, **table.columns}, table.era)


def _best(fitting: list[Block]) -> list[Block]:
    chosen: list[Block] = []
    free = sorted(fitting, key=lambda block: block.lines.start)
    while free:
        first = free[0]
        rivals = [block for block in free if block.lines.start < first.lines.stop]
        best = max(block.fit for block in rivals)
        equal = [block for block in rivals if block.fit == best]
        used = [block.table for block in chosen]
        chosen.append(next((block for block in equal if block.table not in used), equal[-1]))
        free = [block for block in free if block.lines.start >= chosen[-1].lines.stop]
    return chosen


def _with_rows(found: list[Block]) -> list[Block]:
    """Each block with its rows: those down to the next one."""
    ends = [block.lines.start for block in found[1:]]
    return [
        replace(block, rows=range(block.lines.stop, end))
        for block, end in zip(found, [*ends, *(b.grid.rows.stop for b in found[-1:])], strict=True)
    ]


def _of_table(grid: Grid, table: Table) -> Iterator[Block]:
    words = _dictionary(table)
    for seed in _runs(grid, words):
        lines = range(seed.start, _last_line(grid, seed) + 1)
        said = {column: understood(each, words) for column, each in spread(grid, lines).items()}
        block = Block(table, grid, lines, range(0), said)
        shown = len(_required(table)) - len(block.missing)
        if shown >= min(_FEWEST, len(_required(table))) and block.fit.share >= 1 / 2:
            yield block


def _runs(grid: Grid, words: Dictionary) -> Iterator[range]:
    """Rows near each other that hold known words and no figures."""
    run: range | None = None
    for row in grid.rows:
        shown = {c: text for c in grid.columns if (text := grid.heading(row, c))}
        known = {c for c, text in shown.items() if words.look_up(text)}
        if any(grid.is_figure(row, c) for c in shown.keys() - known):
            if run:
                yield run
            run = None
        elif known:
            if run and row - run.stop >= _APART:
                yield run
                run = None
            run = range(run.start if run else row, row + 1)
    if run:
        yield run


def _last_line(grid: Grid, seed: range) -> int:
    """The last line of a heading: down over merged cells, and lines of letters and units."""
    last = max(grid.area(row, c).bottom for row in seed for c in grid.columns
               if grid.heading(row, c))  # fmt: skip
    while last + 1 in grid.rows:
        below = [text for c in grid.columns if (text := grid.heading(last + 1, c))]
        plain = [is_symbol(text) or not heading(text).words for text in below]
        if not below or not all(plain) or any(grid.is_figure(last + 1, c) for c in grid.columns):
            return last
        last += 1
    return last


def spread(grid: Grid, lines: range) -> dict[int, list[str]]:
    """The words over each column, line by line.

    Words of merged cells stand over all columns of them; words beside blanks also over the columns
    of the blanks, where a line below tells these apart.
    """
    over: dict[int, list[str]] = {column: [] for column in grid.columns}
    begun: set[int] = set()  # columns in which a line further above begins a heading
    for row in lines:
        starts = [column for column in grid.columns if grid.heading(row, column)]
        for column in starts:
            for each in _reach(grid, lines, row, column, begun):
                over[each].append(grid.heading(row, column))
        begun.update(starts)
    return {column: words for column, words in over.items() if words}


def _reach(grid: Grid, lines: range, row: int, column: int, begun: set[int]) -> Iterator[int]:
    area = grid.area(row, column)
    yield from range(area.left, min(area.right, grid.columns[-1]) + 1)
    below = range(row + 1, lines.stop)
    if area.size > 1 or not any(grid.heading(r, column) for r in below):
        return
    following = column + 1
    while (
        following in grid.columns
        and following not in begun
        and not grid.heading(row, following)
        and grid.area(row, following).size == 1
        and any(grid.heading(r, following) for r in below)
    ):
        yield following
        following += 1
