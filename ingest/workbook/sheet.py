"""A sheet as a person sees it: cells with A1 addresses, and what is told of them."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product
from typing import NamedTuple

from ingest.text import bare, key
from ingest.values import Value
from ingest.workbook.bounds import refuse_many_cells
from ingest.workbook.container import WorkbookRefused, refuse_many_sheets, whatever_breaks

_DIGITS = re.compile(r"[\d,.▲△\-－−()（），．]+")

Place = tuple[int, int]


class Area(NamedTuple):
    """Merged cells, zero-based; the last row and column belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, place: Place) -> bool:
        """Whether a cell belongs to it."""
        row, column = place
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def size(self) -> int:
        """How many cells it is."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def places(self) -> Iterator[Place]:
        """Its cells."""
        rows, columns = range(self.top, self.bottom + 1), range(self.left, self.right + 1)
        return product(rows, columns)

    def among(self, cells: Collection[Place]) -> list[Place]:
        """Those of some cells that belong to it."""
        if self.size < len(cells):
            return [place for place in self.places() if place in cells]
        return [place for place in cells if self.holds(place)]


class Remark(NamedTuple):
    """What is told of a cell where it counts: the rule of the finding, and the words."""

    rule: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """One sheet; places are zero-based (row, column).

    `filled`: every cell in which a person sees something, or in which the file holds something,
    in reading order. `remarks`: what is to be told where such a cell counts. `paint`: whether one
    is filled yellow. `refused`: why nobody can read the sheet at all; then nothing else is known of
    it.
    """

    name: str
    visible: bool
    filled: Mapping[Place, Value] = field(default_factory=dict)
    remarks: Mapping[Place, Remark] = field(default_factory=dict)
    hidden_rows: Set[int] = frozenset()
    hidden_columns: Set[int] = frozenset()
    merged: Sequence[Area] = ()
    paint: Callable[[Place], bool] = field(default=lambda _: False, compare=False)
    refused: WorkbookRefused | None = None
    is_text: bool = False  # of a text nothing is merged, and a blank is a blank

    def is_yellow(self, row: int, column: int) -> bool:
        """Whether a cell is filled yellow (domain §2, section 3: an excused rounding)."""
        try:
            with whatever_breaks():
                return self.paint((row, column))
        except WorkbookRefused:
            return False  # a colour that cannot be made out excuses nothing

    @cached_property
    def top(self) -> int:
        """The first row that holds anything."""
        return min((row for row, _ in self.filled), default=0)

    @cached_property
    def left(self) -> int:
        """The first column that holds anything."""
        return min((column for _, column in self.filled), default=0)

    @cached_property
    def bottom(self) -> int:
        """The row after the last one."""
        return max((row + 1 for row, _ in self.filled), default=0)

    @cached_property
    def right(self) -> int:
        """The column after the last one."""
        return max((column + 1 for _, column in self.filled), default=0)

    def holds_figures(self, least: int) -> bool:
        """Whether many cells are numbers, or are written in digits."""
        figures = (
            value
            for value in self.filled.values()
            if isinstance(value, int | float)
            or (isinstance(value, str) and _DIGITS.fullmatch(value))
        )
        return least <= sum(1 for _ in islice(figures, least))

    @cached_property
    def texts(self) -> list[tuple[int, int, str]]:
        """Every text cell as (row, column, text), in reading order."""
        return [(r, c, v) for (r, c), v in self.filled.items() if isinstance(v, str)]

    @cached_property
    def keys(self) -> Set[str]:
        """Its texts as headings are compared, without their units."""
        return {bare(key(words)) for _, _, words in self.texts}

    def is_hidden(self, place: Place) -> bool:
        """Whether a cell lies in a row or a column that is hidden or filtered out."""
        return place[0] in self.hidden_rows or place[1] in self.hidden_columns


class Book(ABC):
    """A workbook of one format."""

    def sheets(self) -> Iterator[Sheet]:
        """The worksheets in workbook order; one that cannot be read says so in `refused`.

        Raises WorkbookRefused for too many of them.
        """
        pages, cells = list(self._pages()), 0
        refuse_many_sheets(len(pages))
        for name, is_visible, read in pages:
            try:
                with whatever_breaks():
                    sheet = read()
                    cells += len(sheet.filled)
                    refuse_many_cells(cells)
            except WorkbookRefused as refused:
                sheet = Sheet(name, is_visible, refused=refused)
            yield sheet

    @abstractmethod
    def _pages(self) -> Iterator[tuple[str, bool, Callable[[], Sheet]]]:
        """Each worksheet's name, whether it is visible, and how to read it."""
