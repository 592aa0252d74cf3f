"""A sheet as rows and columns of a table, however it lies: the words over and beside each cell."""

from collections.abc import Mapping, Set
from functools import cached_property
from itertools import product

from ingest.described.figures import is_figure
from ingest.described.years import with_eras
from ingest.forms.cells import Cells
from ingest.quoting import as_written
from ingest.values import Doubt, Value
from ingest.workbook import Area, Place

_LONGEST_YEAR = 12  # characters


class Grid:
    """The cells of a page; `transposed`: its columns are the rows of the table."""

    def __init__(self, cells: Cells, *, transposed: bool = False) -> None:
        self.cells, self.transposed = cells, transposed
        sheet = cells.sheet
        top, left, bottom, right = (
            (sheet.left, sheet.top, sheet.right, sheet.bottom)
            if transposed
            else (sheet.top, sheet.left, sheet.bottom, sheet.right)
        )
        self.rows, self.columns = range(top, bottom), range(left, right)

    @property
    def is_text(self) -> bool:
        """Whether the table came as a text."""
        return self.cells.sheet.is_text

    def place(self, row: int, column: int) -> Place:
        """Where on the sheet a cell of the table stands."""
        return (column, row) if self.transposed else (row, column)

    def value(self, row: int, column: int) -> Value:
        """What stands in a cell; of merged cells in the first."""
        return self.cells.value(*self.place(row, column))

    def words(self, row: int, column: int) -> str:
        """The words of a cell; none of a blank one, and none of a figure."""
        value = self.value(row, column)
        return value if isinstance(value, str) and not is_figure(value) else ""

    def heading(self, row: int, column: int) -> str:
        """What stands in a cell as a heading, where a year is a number."""
        value = self.value(row, column)
        return self._years.get((row, column)) or ("" if value is None else as_written(value))

    @cached_property
    def _years(self) -> Mapping[Place, str]:
        """Years across that are told without their era, with it: 平成30年度, 元年度.

        Numbers are no years but for several that follow one that is told.
        """
        found: dict[Place, str] = {}
        for row, shown in self.filled.items():
            words = {
                c: as_written(v) for c, v in shown.items() if len(as_written(v)) <= _LONGEST_YEAR
            }
            told = dict(zip(words, with_eras(words.values()), strict=True))
            bare = [column for column, each in told.items() if each != words[column]]
            numbers = [column for column in shown if (row, column) in self._figures]
            if len(numbers) != 1 and {*numbers} <= {*bare}:
                found.update({(row, column): told[column] for column in bare})
        return found

    def is_figure(self, row: int, column: int) -> bool:
        """Whether somebody reads a number in a cell that is no year beside others."""
        return (row, column) in self._figures and (row, column) not in self._years

    def is_doubtful(self, row: int, column: int) -> bool:
        """Whether what stands in a cell cannot be taken for certain."""
        return self.cells.is_doubtful(*self.place(row, column))

    def counts(self, row: int, column: int) -> bool:
        """Whether a cell holds a number, or what may be one."""
        return self.is_figure(row, column) or self.is_doubtful(row, column)

    @cached_property
    def filled(self) -> Mapping[int, Mapping[int, Value]]:
        """By rows, each cell that holds anything certain."""
        found: dict[int, dict[int, Value]] = {}
        for (row, column), value in self.cells.sheet.filled.items():
            if not isinstance(value, Doubt):
                at = self.place(row, column)
                found.setdefault(at[0], {})[at[1]] = value
        return {row: dict(sorted(found[row].items())) for row in sorted(found)}

    @cached_property
    def _figures(self) -> Set[Place]:
        cells = ((r, c, v) for r, row in self.filled.items() for c, v in row.items())
        return {(row, column) for row, column, value in cells if is_figure(value)}

    def area(self, row: int, column: int) -> Area:
        """The merged cells that a cell belongs to, as rows and columns of the table."""
        return self._areas.get((row, column)) or Area(row, column, row, column)

    @cached_property
    def _areas(self) -> dict[Place, Area]:
        found: dict[Place, Area] = {}
        left = len(self.rows) * len(self.columns)
        for area in self.cells.sheet.merged:
            turned = Area(area.left, area.top, area.right, area.bottom)
            mine = turned if self.transposed else area
            down, across = _within(mine, self.rows, self.columns)
            left -= len(down) * len(across)
            if left < 0:  # areas overlap, as no program merges cells
                break
            found.update(dict.fromkeys(product(down, across), mine))
        return found


def _within(area: Area, rows: range, columns: range) -> tuple[range, range]:
    """The rows and columns of an area that anything stands near."""
    down = range(max(area.top, rows.start), min(area.bottom + 1, rows.stop))
    across = range(max(area.left, columns.start), min(area.right + 1, columns.stop))
    return down, across
