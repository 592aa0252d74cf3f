"""Finds the tables of a sheet by the words of their column headings."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from ingest import text
from ingest.described.grid import Grid
from ingest.described.layout import Described, Table
from ingest.described.words import (
    EACH,
    Dictionary,
    Said,
    heading,
    is_beside_words,
    is_pattern,
    understood,
)
from ingest.forms.cells import Cells
from ingest.quoting import as_written
from ingest.values import Value
from ingest.workbook import Place

_FEWEST = 2  # headings of a table of several columns that make one of its kind
_APART = 3  # lines that may lie between two lines of one heading
_PIECES = 4  # of one heading, line by line
_MOST_LINES = 12  # of a heading
_LONGEST = 60  # characters of a heading over several lines
_BARE_YEARS = 100
_ENOUGH_NUMBERS = 4  # one after the other: no row of figures is like that
_PASSED_OVER = "<passed over>"
_NUMBER = re.compile(r"\(?(\d{1,2})\)?")


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
            found += [half for block in placed for half in _side_by_side(block)]
    return found


def may_show(layout: Described, words: Set[str]) -> bool:
    """Whether a sheet that holds some compared words may show enough headings of a table.

    Cheap, for most sheets are of other layouts: words are looked for wherever they stand, so that
    less is asked for here than a table needs in the end.
    """
    for table in layout.tables:
        wanted = [heading(each.replace("/", "")).words for each in _required(table)]
        shown = sum(_is_shown(each, words, _PIECES) for each in wanted)
        if not table.may_lack and 3 * shown >= len(wanted):
            return True
    return False


def _is_shown(wanted: str, words: Set[str], pieces: int) -> bool:
    """Whether words stand in one cell, or in as many as they may be split over."""
    return wanted in words or any(
        wanted[:at] in words and _is_shown(wanted[at:], words, pieces - 1)
        for at in range(1, len(wanted) if pieces > 1 else 0)
    )


def _required(table: Table) -> list[str]:
    """The words of column headings that a table is not complete without."""
    return [w for w in table.columns if w not in table.optional and not is_pattern(w)]


def _dictionary(table: Table) -> Dictionary:
    over = {words: {_PASSED_OVER: words} for words in table.pass_over.columns}
    return Dictionary({**over, **table.columns}, table.era)


def _best(fitting: list[Block]) -> list[Block]:
    chosen: list[Block] = []
    used: set[int] = set()
    free = deque(sorted(fitting, key=lambda block: block.lines.start))
    while free:
        end = free[0].lines.stop
        rivals = list(takewhile(lambda block: block.lines.start < end, free))  # noqa: B023 - used at once
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


def _side_by_side(block: Block) -> list[Block]:
    """The halves of a table that goes on to the right of itself, with names of their own."""
    starts = [block.columns.start]
    seen: set[object] = set()
    for column in sorted(block.headings):
        said = block.headings[column]
        told = (said.entries, *sorted(said.dimensions.items()))
        before = [c for c in block.figure_columns if starts[-1] <= c < column]
        if said.entries and told in seen and before:
            starts.append(before[-1] + 1)
            seen.clear()
        seen.add(told)
    ends = [*starts[1:], block.columns.stop]
    halves = [
        replace(block, columns=range(start, end), headings=_between(block.headings, start, end))
        for start, end in zip(starts, ends, strict=True)
    ]
    whole = all(not half.missing and half.has_names for half in halves)
    return halves if len(halves) > 1 and whole else [block]


def _between(headings: Mapping[int, Said], start: int, end: int) -> Mapping[int, Said]:
    return {column: said for column, said in headings.items() if start <= column < end}


def _of_table(grid: Grid, table: Table) -> Iterator[Block]:
    words = _dictionary(table)
    known = _known(grid, words)
    for seed in _runs(grid, words, known):
        lines = range(seed.start, _last_line(grid, seed) + 1)
        over = spread(grid, lines, known)
        said = {column: understood(each, words) for column, each in over.items()}
        said |= {c: said[c]._replace(unknown=("",)) for c in _nameless(grid, lines, known)}
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
        if any(
            block.grid.counts(r, c)
            for r in range(block.lines.stop, end)
            for c in block.figure_columns
        )
    ]
    return filled or found


def _runs(grid: Grid, words: Dictionary, known: Set[Place]) -> Iterator[range]:
    """Rows near each other that hold known words and no figures."""
    run: range | None = None
    begun: dict[int, int | None] = {}  # the years that the run names over columns
    named: set[int] = set()  # the columns that it heads with words that nobody knows
    for row, shown in grid.filled.items():
        mine = {column for column in shown if (row, column) in known}
        numbers = {column for column in shown if grid.is_figure(row, column)}
        years = {column: _year(words, shown[column]) for column in mine}
        is_data = not numbers <= mine or (
            bool(numbers and run)
            and _are_figures(numbers, years, begun, names=shown.keys() - mine, named=named)
        )
        is_apart = run is not None and bool(mine) and row - run.stop >= _APART
        if run and (is_data or is_apart or len(run) >= _MOST_LINES):
            yield run
            run, begun, named = None, {}, set()
        if mine and not is_data:
            run = range(run.start if run else row, row + 1)
            begun |= {column: year for column, year in years.items() if year}
            named |= shown.keys() - mine
    if run:
        yield run


def _year(words: Dictionary, value: Value) -> int | None:
    entry = words.look_up(as_written(value))
    return text.fiscal_year(entry[1].get("fiscal_year", "")) if entry else None


def _are_figures(
    numbers: Set[int],
    years: Mapping[int, int | None],
    begun: Mapping[int, int | None],
    *,
    names: Set[int],
    named: Set[int],
) -> bool:
    """Whether numbers below a heading that may be years are none.

    A row of figures has a name, or the heading has told other years already; the era's year and
    the western one may differ by one.
    """
    names = {column for column in names if column < min(numbers)}
    if names & named:
        return True
    known = [(year, above) for c in numbers if (year := years[c]) and (above := begun.get(c))]
    if any(abs(year - above) > 1 for year, above in known):
        return True
    told = {year for year in years.values() if year}
    follow = len(years) > 1 and told and len(told) == max(told) - min(told) + 1
    return bool(names) and not known and not follow


def _known(grid: Grid, words: Dictionary) -> Set[Place]:
    """The cells whose words the layout knows, alone or with those below them."""
    known: set[Place] = set()
    for row, shown in grid.filled.items():
        for column, value in shown.items():
            if isinstance(value, str):
                known.update(_known_from(grid, words, row, column))
            elif words.reads_numbers and _may_be_year(value) and words.look_up(as_written(value)):
                known.add((row, column))
    return known


def _known_from(grid: Grid, words: Dictionary, row: int, column: int) -> Iterator[Place]:
    """A cell, and those below it that are one heading with it."""
    joined, places = grid.heading(row, column), [(row, column)]
    if words.look_up(joined):
        yield row, column
    for below in range(row + 1, row + _MOST_LINES):
        if len(joined) > _LONGEST or not words.begins(joined):
            return
        value = grid.filled.get(below, {}).get(column)
        if isinstance(value, str) and not grid.is_figure(below, column):
            joined += value
            places.append((below, column))
            if words.look_up(joined):
                yield from places
        elif value is not None:
            return


def _may_be_year(value: Value) -> bool:
    return isinstance(value, int | float) and (value < _BARE_YEARS or 1900 <= value < 2100)


def _last_line(grid: Grid, seed: range) -> int:
    """The last line of a heading: down over merged cells, and lines of letters and units."""
    last = max(grid.area(row, c).bottom for row in seed for c in grid.filled.get(row, ()))
    last = min(last, seed.start + _MOST_LINES)
    left = min(min(grid.filled[row]) for row in seed if row in grid.filled)
    while below := grid.filled.get(last + 1):
        figures = [c for c in below if grid.is_figure(last + 1, c)]
        rest = [as_written(value) for c, value in below.items() if c not in figures]
        numbers = [as_written(below[column]) for column in figures]
        are_marks = not figures or _are_numbers_of_columns(numbers, min(below) <= left)
        if not are_marks or not all(map(is_beside_words, rest)) or min(below, default=0) < left:
            return last
        last += 1
    return last


def _are_numbers_of_columns(written: Sequence[str], has_name: bool) -> bool:
    """Whether a line only gives its columns numbers, one after the other: (1) (2) (3).

    `has_name`: whether the line has one where rows of figures have their name.
    """
    found = [_NUMBER.fullmatch(heading(each).words) for each in written]
    numbers = [int(each[1]) for each in found if each]
    is_bracketed = all(not each.isdecimal() for each in written)
    enough = _ENOUGH_NUMBERS if has_name else _FEWEST if is_bracketed else _FEWEST + 1
    if len(numbers) < max(enough, len(found)):
        return False
    first = 1 if has_name else numbers[0]
    return numbers == list(range(first, first + len(numbers)))


def _nameless(grid: Grid, lines: range, known: Set[Place]) -> set[int]:
    """Columns below a merged heading that have no word of their own, where others of it have."""
    found: set[int] = set()
    for row in lines:
        for column in (c for c in grid.columns if grid.heading(row, c)):
            area = grid.area(row, column)
            below = range(area.bottom + 1, lines.stop)
            over = range(area.left, min(area.right, grid.columns[-1]) + 1)
            named = {c for c in over if _is_named(grid, below, c, known)}
            found |= set(over) - named if named else set()
    return found


def _is_named(grid: Grid, lines: range, column: int, known: Set[Place]) -> bool:
    """Whether a word stands over a column, also one that is merged over it, and no mere letter."""
    for row in lines:
        area = grid.area(row, column)
        words = grid.heading(area.top, area.left)
        if (area.top, area.left) in known or (words and not is_beside_words(words)):
            return True
    return False


def spread(grid: Grid, lines: range, known: Set[Place]) -> dict[int, list[str]]:
    """The words over each column, line by line.

    Words of merged cells stand over all columns of them; words beside blanks also over the columns
    of the blanks, where a line below tells these apart, and the layout knows that line: a title
    over the names of the rows heads nothing.
        `known`: the cells whose words are those of headings.
    """
    over: dict[int, list[str]] = {column: [] for column in grid.columns}
    begun: set[int] = set()  # columns in which a line further above begins a heading
    for row in lines:
        starts = [column for column in grid.columns if grid.heading(row, column)]
        for column in starts:
            for each in _reach(grid, lines, (row, column), begun, known):
                over[each].append(grid.heading(row, column))
        begun.update(starts)
    return {column: words for column, words in over.items() if words}


def _reach(
    grid: Grid, lines: range, place: Place, begun: Set[int], known: Set[Place]
) -> Iterator[int]:
    row, column = place
    area = grid.area(row, column)
    yield from range(area.left, min(area.right, grid.columns[-1]) + 1)
    below = range(row + 1, lines.stop)
    if area.size > 1 or not any((r, column) in known for r in below):
        return
    following = column + 1
    while (
        following in grid.columns
        and following not in begun
        and not grid.heading(row, following)
        and grid.area(row, following).size == 1
        and _is_named(grid, below, following, known)
    ):
        yield following
        following += 1
