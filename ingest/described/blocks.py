"""Finds the tables of a sheet by the words of their column headings."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import NamedTuple

from ingest.described.grid import Grid
from ingest.described.layout import Described, Table
from ingest.described.lines import known_cells, last_line, nameless, regions, runs, spread
from ingest.described.words import (
    EACH,
    Dictionary,
    Said,
    heading,
    is_pattern,
    understood,
)
from ingest.forms.cells import Cells
from ingest.workbook import Place

_FEWEST = 2  # headings of a table of several columns that make one of its kind
_PIECES = 4  # of one heading, line by line
_PASSED_OVER = "<passed over>"


class Fit(NamedTuple):
    """How well a description fits: the share of its headings that is there, and their number."""

    share: float
    known: int


@dataclass(frozen=True)
class Block:
    """One table where it stands: the lines of its heading, and the rows below them.

    `headings`: what the lines over each column say. `columns`: those that are its own.
    """

    table: Table
    grid: Grid
    lines: range
    rows: range
    headings: Mapping[int, Said]
    columns: range

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

    def holds_figures(self, row: int) -> bool:
        """Whether a row has a figure, or what may be one."""
        return any(self.grid.counts(row, column) for column in self.figure_columns)

    @property
    def has_names(self) -> bool:
        """Whether a column stands left of its figures."""
        return min(self.figure_columns, default=self.columns.start) > self.columns.start

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


def grids(cells: Cells) -> tuple[Grid, Grid]:
    """A sheet as it lies, and turned."""
    return Grid(cells), Grid(cells, transposed=True)


def blocks(on: tuple[Grid, Grid], layout: Described) -> list[Block]:
    """The tables of a layout on a sheet; each with the description that fits it best.

    One description may fit several tables: one for each department. Where several fit equally,
    they take turns from the top, the last one goes on.
    """
    found = []
    for grid in on:
        tables = [table for table in layout.tables if table.transposed == grid.transposed]
        if tables:
            fitting = [block for table in tables for block in _filled(list(_of_table(grid, table)))]
            placed = _with_rows(_best(fitting))
            apart = [part for block in placed for part in _apart(block, tables)]
            found += [half for block in apart for half in _side_by_side(block)]
    return found


def may_show(layout: Described, words: Set[str]) -> bool:
    """Whether a sheet that holds some compared words may show enough headings of a table.

    Cheap, for most sheets are of other layouts: words are looked for wherever they stand, so that
    less is asked for here than a table needs in the end.
    """
    return any(
        _are_shown(_compared(tuple(_required(table))), words)
        for table in layout.tables
        if not table.may_lack
    )


def _are_shown(wanted: Sequence[str], words: Set[str]) -> bool:
    """Whether a third of the wanted words is shown; given up as soon as it cannot be any more."""
    lacking = len(wanted) - (len(wanted) + 2) // 3  # so many may
    for each in wanted:
        lacking -= not _is_shown(each, words, _PIECES)
        if lacking < 0:
            return False
    return True


def _is_shown(wanted: str, words: Set[str], pieces: int) -> bool:
    """Whether words stand in one cell, or in as many as they may be split over."""
    if wanted in words:
        return True
    for at in range(1, len(wanted) if pieces > 1 else 0):
        if wanted[:at] in words and _is_shown(wanted[at:], words, pieces - 1):
            return True
    return False


@lru_cache(maxsize=1024)
def _compared(headings: Sequence[str]) -> Sequence[str]:
    return [heading(each.replace("/", "")).words for each in headings]


def _required(table: Table) -> list[str]:
    """The words of column headings that a table is not complete without."""
    return [w for w in table.columns if w not in table.optional and not is_pattern(w)]


def _dictionary(table: Table) -> Dictionary:
    over = {words: {_PASSED_OVER: words} for words in table.pass_over.columns}
    return Dictionary({**over, **table.columns}, table.era)


def _beginning_before(end: int, free: Iterable[Block]) -> list[Block]:
    return list(takewhile(lambda block: block.lines.start < end, free))


def _best(fitting: list[Block]) -> list[Block]:
    chosen: list[Block] = []
    used: set[int] = set()
    free = deque(sorted(fitting, key=lambda block: block.lines.start))
    while free:
        rivals = _beginning_before(free[0].lines.stop, free)
        best = max(block.fit for block in rivals)
        equal = [block for block in rivals if block.fit == best]
        chosen.append(next((block for block in equal if id(block.table) not in used), equal[-1]))
        used.add(id(chosen[-1].table))
        while free and free[0].lines.start < chosen[-1].lines.stop:
            free.popleft()
    return chosen


def _with_rows(found: list[Block]) -> list[Block]:
    """Each block with its rows: those down to the next one."""
    ends = [block.lines.start for block in found[1:]]
    return [
        replace(block, rows=range(block.lines.stop, end))
        for block, end in zip(found, [*ends, *(b.grid.rows.stop for b in found[-1:])], strict=True)
    ]


def _apart(block: Block, tables: Sequence[Table]) -> list[Block]:
    """The tables beside each other that blank columns keep apart, where each has all its headings.

    Else the block as it is: blank columns may stand within a table.
    """
    found = []
    for columns in regions(block.grid, block.columns, (*block.lines, *block.rows)):
        parts = [_within(block, table, columns) for table in tables]
        whole = [part for part in parts if not part.missing and part.figure_columns]
        found += sorted(whole, key=lambda part: part.fit)[-1:] or [block]
    return found if len(found) > 1 and block not in found else [block]


def _within(block: Block, table: Table, columns: range) -> Block:
    """What a description makes of some columns of a block."""
    words = _dictionary(table)
    over = spread(block.grid, block.lines, known_cells(block.grid, words))
    said = {column: understood(over[column], words) for column in columns if column in over}
    return replace(block, table=table, columns=columns, headings=said)


def _side_by_side(block: Block) -> list[Block]:
    """The halves of a table that goes on to the right of itself, with names of their own."""
    again = list(_repeated_headings(block)) or list(_repeated_names(block))
    ends = [*again, block.columns.stop]
    halves = [
        replace(block, columns=range(start, end), headings=_between(block.headings, start, end))
        for start, end in zip([block.columns.start, *again], ends, strict=True)
    ]
    whole = all(not half.missing and half.has_names for half in halves)
    return halves if whole or any(_repeated_names(block)) else [block]


def _repeated_headings(block: Block) -> Iterator[int]:
    """The columns with which the same headings begin again."""
    start = block.columns.start
    seen: set[object] = set()
    for column in sorted(block.headings):
        said = block.headings[column]
        told = (said.entries, *sorted(said.dimensions.items()))
        before = [c for c in block.figure_columns if start <= c < column]
        if said.entries and told in seen and before:
            start = before[-1] + 1
            yield start
            seen.clear()
        seen.add(told)


def _repeated_names(block: Block) -> Iterator[int]:
    """The columns of names right of figures that tell what one left of these tells, too."""
    told = block.told_columns
    for column in told:
        before = [c for c in block.figure_columns if c < column]
        if before and any(told[c] == told[column] for c in told if c < before[-1]):
            yield before[-1] + 1


def _between(headings: Mapping[int, Said], start: int, end: int) -> Mapping[int, Said]:
    return {column: said for column, said in headings.items() if start <= column < end}


def _of_table(grid: Grid, table: Table) -> Iterator[Block]:
    words = _dictionary(table)
    known = known_cells(grid, words)
    for seed in runs(grid, words, known):
        lines = range(seed.start, last_line(grid, seed) + 1)
        over = spread(grid, lines, known)
        said = {column: understood(each, words) for column, each in over.items()}
        said |= {c: said[c]._replace(unknown=("",)) for c in nameless(grid, lines, known)}
        block = Block(table, grid, lines, range(0), said, grid.columns)
        shown = len(_required(table)) - len(block.missing)
        if shown >= min(_FEWEST, len(_required(table))) and block.fit.share >= 1 / 2:
            yield block


def _filled(found: list[Block]) -> list[Block]:
    """Those with a figure below; a title that names a year looks like the heading of a column."""
    ends = [block.lines.start for block in found[1:]]
    filled = [
        block
        for block, end in zip(found, [*ends, *(b.grid.rows.stop for b in found[-1:])], strict=True)
        if any(map(block.holds_figures, range(block.lines.stop, end)))
    ]
    return filled or found
