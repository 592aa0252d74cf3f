"""Finds the tables of a sheet by their shape: rows of words above rows of figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from ingest.described.figures import is_none
from ingest.described.grid import Grid
from ingest.described.lines import regions, spread
from ingest.described.words import heading, is_beside_words, is_symbol
from ingest.text import key, money_units

_MOST_LINES = 8  # of one heading
_FEWEST = 2  # words that make a line of a heading
_WESTERN = range(1980, 2100)
_YEARS = (*range(1, 65), *_WESTERN)  # numbers that may stand for years


@dataclass(frozen=True)
class Found:
    """A table where it stands: the lines of its heading, and its rows down to the next table.

    `span`: its columns, with nothing but what stands in them.
    """

    grid: Grid
    lines: range
    rows: range
    span: range

    @cached_property
    def heads(self) -> dict[int, list[str]]:
        """The words over each column, line by line."""
        places = {(row, column) for row in self.lines for column in self.grid.columns}
        words = {place for place in places if self.grid.heading(*place)}
        return spread(self.grid, self.lines, words)

    @cached_property
    def columns(self) -> list[int]:
        """The columns in which anything stands; of a table that goes on beside itself once."""
        grid = self.grid
        lines = (*self.lines, *self.rows)
        filled = [c for c in self.span if any(grid.heading(r, c) for r in lines)]
        said = ([w for w in self.heads.get(c, []) if not is_beside_words(w)] for c in filled)
        own = ["".join(words[-1:]) for words in said]
        for again in range(_FEWEST, len(own)):
            names = [at for at in range(again) if not self.is_of_figures(filled[at])]
            is_again = own[again] == own[0] and own[again:] == own[: len(own) - again]
            if is_again and 0 < len(names) < again and own[names[0]]:
                return filled[:again]
        return filled

    @property
    def is_whole(self) -> bool:
        """Whether names stand left of figures, each under a heading."""
        first = next((c for c in self.columns if self.is_of_figures(c)), None)
        is_headed = all(c in self.heads for c in self.columns)
        return first is not None and first > self.columns[0] and is_headed

    @cached_property
    def sections(self) -> list[str]:
        """The words that stand alone in a row above others of figures."""
        said = {r: [c for c in self.span if self.grid.heading(r, c)] for r in self.rows}
        last = max(self.figure_rows, default=self.rows.start)
        alone = [r for r, own in said.items() if r < last and own == self.columns[:1]]
        return [each for r in alone if (each := self.grid.words(r, said[r][0]))]

    @cached_property
    def figure_rows(self) -> list[int]:
        """The rows that hold figures, also such as 1, 2 and 3, and those between them."""
        grid = self.grid
        counted = (row for row in self.rows if any(grid.is_figure(row, c) for c in self.span))
        filled = sorted({*counted, *(row for row in self.rows if is_of_figures(grid, row))})
        return list(range(filled[0], filled[-1] + 1)) if filled else []

    def cells(self, column: int) -> list[tuple[int, str]]:
        """What stands in a column beside or among the figures: (row, words)."""
        said = ((row, self.grid.heading(row, column)) for row in self.figure_rows)
        return [(row, words) for row, words in said if words and not is_none(words)]

    def is_of_figures(self, column: int) -> bool:
        """Whether a column holds numbers, and no more words than numbers."""
        cells = self.cells(column)
        figures = sum(self.grid.is_figure(row, column) for row, _ in cells)
        return figures > 0 and figures * 2 >= len(cells)

    @cached_property
    def above(self) -> str | None:
        """The words that stand alone right above the table."""
        row = self.lines.start - 1
        if row not in self.grid.rows:
            return None
        words = [each for c in self.span if (each := self.grid.words(row, c))]
        said = [each for each in words if not is_unit(each)]
        return said[0] if len(said) == 1 and not numbers(self.grid, row) else None


def numbers(grid: Grid, row: int) -> list[int]:
    """The columns of a row in which figures stand; a line of years or column numbers has none."""
    columns = [column for column in grid.columns if grid.is_figure(row, column)]
    return [] if _counts_up([grid.heading(row, c) for c in columns]) else columns


def is_of_figures(grid: Grid, row: int) -> bool:
    """Whether figures stand in a row, or dashes for them."""
    return bool(numbers(grid, row)) or any(
        grid.words(row, column) and is_none(grid.value(row, column)) for column in grid.columns
    )


def _counts_up(figures: Sequence[str]) -> bool:
    if len(figures) < _FEWEST or not all(each.isdecimal() for each in figures):
        return False
    counted = list(map(int, figures))
    is_next = all(b - a == 1 for a, b in pairwise(counted))
    years = _YEARS if len(counted) > _FEWEST else _WESTERN  # 3 and 4 may be two numbers of cases
    return is_next and all(each in years for each in counted)


def is_unit(words: str) -> bool:
    """Whether words only tell a unit: (単位:千円)."""
    said = heading(words).words
    return not said or (bool(money_units(key(words))) and said.lstrip("(※").startswith("単位"))


def tables(grid: Grid) -> list[Found]:
    """The tables of a sheet, from its top."""
    heads: list[range] = []
    ends: list[int] = []
    last = grid.rows.start - 1  # row of figures
    for row in grid.rows:
        if not is_of_figures(grid, row):
            continue
        lines = _lines_above(grid, row, last)
        if lines and (not heads or _is_new(grid, lines, range(heads[-1].stop, last + 1))):
            ends += [_end(grid, lines)] if heads else []
            heads.append(lines)
        last = row
    ends.append(grid.rows.stop)
    found = []
    for head, end in zip(heads, ends, strict=False):
        rows = range(head.stop, end)
        whole = Found(grid, head, rows, grid.columns)
        spans = regions(grid, grid.columns, (*head, *whole.figure_rows))
        apart = [replace(whole, span=span) for span in spans]
        found += apart if len(apart) > 1 and all(each.is_whole for each in apart) else [whole]
    return found


def _is_new(grid: Grid, lines: range, rows: range) -> bool:
    """Whether words between two rows of figures are the heading of another table."""
    of_figures = {column for row in rows for column in numbers(grid, row)}
    said = [[c for c in _words(grid, row) if grid.words(row, c)] for row in lines]
    return any(len(line) >= _FEWEST and of_figures.intersection(line) for line in said)


def _end(grid: Grid, lines: range) -> int:
    """The row after the last one of the table before: titles belong to the table below them."""
    end = lines.start
    while end - 1 in grid.rows:
        said = [c for c in grid.columns if grid.heading(end - 1, c)]
        if len(said) > 1 and not any(is_unit(grid.heading(end - 1, c)) for c in said):
            break
        if is_of_figures(grid, end - 1):
            break
        end -= 1
    return end


def _lines_above(grid: Grid, row: int, last: int) -> range | None:
    """The lines of a heading that stands right above a row of figures."""
    row -= _is_section(grid, row)
    first = row
    while first - 1 > last and row - first < _MOST_LINES:
        if not _is_line(grid, first - 1, row, has_more=first < row):
            break
        first -= 1
    return range(first, row) if any(_words(grid, r) for r in range(first, row)) else None


def _is_section(grid: Grid, row: int) -> bool:
    """Whether the row above stands below a heading and holds but one word, where names begin."""
    said = [list(_words(grid, r)) if r in grid.rows else [] for r in (row - 2, row - 1)]
    first = next((c for c in grid.columns if grid.heading(row, c)), None)
    area = grid.area(row - 1, said[1][0]) if said[1] else None
    stands_first = area is not None and first is not None and area.left <= first
    return len(said[1]) == 1 and len(said[0]) >= _FEWEST and stands_first


def _is_line(grid: Grid, row: int, figures: int, *, has_more: bool) -> bool:
    said = list(_words(grid, row))
    if not said:
        reaches = [grid.area(row, c) for c in grid.columns]
        return any(area.top < row <= area.bottom for area in reaches)
    units = [c for c in said if is_unit(grid.heading(row, c))]
    plain = [c for c in said if is_symbol(grid.heading(row, c)) or c in units]
    of_sheet = any("単位" in grid.heading(row, c) for c in units) or len(said) <= _FEWEST
    if units and (len(said) < _FEWEST or (of_sheet and len(plain) < len(said))):
        return False  # a title with the unit of the sheet
    if len(said) >= _FEWEST:
        return True
    of_figures = numbers(grid, figures) or [grid.columns.start + 1]
    area = grid.area(row, said[0])
    is_over = of_figures[0] <= area.left and area.right <= of_figures[-1]
    return is_over and (not has_more or area.right > area.left)


def _words(grid: Grid, row: int) -> Iterator[int]:
    """The columns of a row that hold words of a heading."""
    for column in grid.columns:
        if grid.heading(row, column) and not is_none(grid.value(row, column)):
            yield column
