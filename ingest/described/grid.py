"""A sheet as rows and columns of a table, however it lies: the words over and beside each cell."""

from collections.abc import Iterator
from functools import cached_property

from ingest.addresses import address
from ingest.described.figures import is_figure
from ingest.forms.page import Page
from ingest.quoting import as_written
from ingest.values import Value
from ingest.workbook import Area, Place


class Grid:
    """The cells of a page; `transposed`: its columns are the rows of the table."""

    def __init__(self, page: Page, *, transposed: bool = False) -> None:
        self.page, self.transposed = page, transposed
        top, left, bottom, right = (
            (page.sheet.left, page.sheet.top, page.sheet.right, page.sheet.bottom)
            if transposed
            else (page.sheet.top, page.sheet.left, page.sheet.bottom, page.sheet.right)
        )
        self.rows, self.columns = range(top, bottom), range(left, right)

    def place(self, row: int, column: int) -> Place:
        """Where on the sheet a cell of the table stands."""
        return (column, row) if self.transposed else (row, column)

    def address(self, row: int, column: int) -> str:
        """Its A1 address."""
        return address(*self.place(row, column))

    def value(self, row: int, column: int) -> Value:
        """What stands in a cell; of merged cells in the first."""
        return self.page.value(*self.place(row, column))

    def words(self, row: int, column: int) -> str:
        """The words of a cell; none of a blank one, and none of a figure."""
        value = self.value(row, column)
        return value if isinstance(value, str) and not is_figure(value) else ""

    def heading(self, row: int, column: int) -> str:
        """What stands in a cell as a heading, where a year is a number."""
        value = self.value(row, column)
        return "" if value is None else as_written(value)

    def is_figure(self, row: int, column: int) -> bool:
        """Whether somebody reads a number in a cell."""
        return is_figure(self.value(row, column))

    def area(self, row: int, column: int) -> Area:
        """The merged cells that a cell belongs to, as rows and columns of the table."""
        return self._areas.get((row, column)) or Area(row, column, row, column)

    @cached_property
    def _areas(self) -> dict[Place, Area]:
        found = {}
        for area in self.page.sheet.merged:
            turned = Area(area.left, area.top, area.right, area.bottom)
            mine = turned if self.transposed else area
            found.update(dict.fromkeys(_within(mine, self.rows, self.columns), mine))
        return found


def _within(area: Area, rows: range, columns: range) -> Iterator[Place]:
    """The cells of an area that anything stands near."""
    for row in range(max(area.top, rows.start), min(area.bottom + 1, rows.stop)):
        for column in range(max(area.left, columns.start), min(area.right + 1, columns.stop)):
            yield row, column
