"""The lines of a table's heading: where they stand, and which words stand over each column."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from ingest.described.grid import Grid
from ingest.described.words import Dictionary, heading, is_beside_words
from ingest.described.years import fiscal_year
from ingest.quoting import as_written
from ingest.values import Value
from ingest.workbook import Place

_APART = 3  # lines that may lie between two lines of one heading
_MOST_LINES = 12  # of a heading
_LONGEST = 60  # characters of a heading over several lines
_BARE_YEARS = 100
_FEWEST, _ENOUGH_NUMBERS = 2, 4  # one after the other: no row of figures is like that
_NUMBER = re.compile(r"\(?(\d{1,2})\)?")


def runs(grid: Grid, words: Dictionary, known: Set[Place]) -> Iterator[range]:
    """Rows near each other that hold known words and no figures."""
    run: range | None = None
    begun: dict[int, int | None] = {}  # the years that the run names over columns
    named: set[int] = set()  # the columns that it heads with words that nobody knows
    for row, shown in grid.filled.items():
        mine = {column for column in shown if (row, column) in known}
        numbers = {column for column in shown if grid.is_figure(row, column)}
        years = {column: _year(words, grid.heading(row, column)) for column in mine}
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


def _year(words: Dictionary, heading: str) -> int | None:
    entry = words.look_up(heading)
    return fiscal_year(entry[1].get("fiscal_year", "")) if entry else None


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


def known_cells(grid: Grid, words: Dictionary) -> Set[Place]:
    """The cells whose words the layout knows, alone or with those below them."""
    known: set[Place] = set()
    for row, shown in grid.filled.items():
        for column, value in shown.items():
            if isinstance(value, str):
                known.update(_known_from(grid, words, row, column))
            elif (
                words.reads_numbers
                and _may_be_year(value)
                and words.look_up(grid.heading(row, column))
            ):
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


def last_line(grid: Grid, seed: range) -> int:
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


def nameless(grid: Grid, lines: range, known: Set[Place]) -> set[int]:
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


def regions(grid: Grid, columns: range, rows: Sequence[int]) -> list[range]:
    """The columns between those in which nothing stands in any of some rows."""
    filled = {column for row in rows for column in grid.filled.get(row, ())}
    found: list[range] = []
    for column in columns:
        if column not in filled and not any(grid.area(row, column).size > 1 for row in rows):
            continue
        if found and found[-1].stop == column:
            found[-1] = range(found[-1].start, column + 1)
        else:
            found.append(range(column, column + 1))
    return found


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
