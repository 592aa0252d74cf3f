"""Opens a submitted workbook safely and gives sheets of cells with A1 addresses.

The container is looked at before anything is unpacked, and values come from calamine, which runs
nothing. Fills, error values and uncached formulas are looked up only when a rule asks for them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import islice

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingest.text import Value
from ingest.workbook import styles
from ingest.workbook.container import WorkbookRefused, open_container, refuse_broken
from ingest.workbook.sheet_xml import SheetXml

__all__ = ["Sheet", "Workbook", "WorkbookRefused"]


_DIGITS = re.compile(r"[\d,.▲△\-－−()（），．]+")


@dataclass(frozen=True)
class Sheet:
    """Values of one sheet; `rows` begins at (top, left), everything outside is empty."""

    name: str
    visible: bool
    top: int
    left: int
    rows: Sequence[Sequence[Value]]
    far_cell: str | None = None  # a value so far out that the sheet was not read

    @cached_property
    def filled(self) -> dict[tuple[int, int], Value]:
        """Every cell that holds more than spaces: zero-based (row, column) → value."""
        return {
            (r, c): value
            for r, row in enumerate(self.rows, self.top)
            for c, value in enumerate(row, self.left)
            if value != "" and not (isinstance(value, str) and value.isspace())
        }

    @property
    def bottom(self) -> int:
        """The row after the last one."""
        return self.top + len(self.rows)

    @property
    def right(self) -> int:
        """The column after the last one."""
        return self.left + max(map(len, self.rows), default=0)

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


class Workbook:
    """An opened workbook. Raises `WorkbookRefused` when it cannot or must not be read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._package = open_container(data)
        self._is_xlsx = self._package is not None and "xl/workbook.xml" in self._package
        self._xml: dict[str, SheetXml] = {}
        with _whatever_breaks():
            self._book = CalamineWorkbook.from_filelike(BytesIO(data))

    def sheets(self) -> Iterator[Sheet]:
        """The worksheets in workbook order. Raises WorkbookRefused for one that cannot be read."""
        for metadata in self._book.sheets_metadata:
            if metadata.typ is not SheetTypeEnum.WorkSheet:
                continue
            visible = metadata.visible is SheetVisibleEnum.Visible
            far = self._sheet_xml(metadata.name).far_cell if self._is_xlsx else None
            if far:
                yield Sheet(metadata.name, visible, 0, 0, [], far)
                continue
            with _whatever_breaks():
                sheet = self._book.get_sheet_by_name(metadata.name)
                top, left = sheet.start or (0, 0)
                rows = sheet.to_python()
            if not rows and self._is_xlsx and self._sheet_xml(metadata.name).holds_values:
                refuse_broken()  # an encoding that calamine takes for an empty sheet
            yield Sheet(metadata.name, visible, top, left, rows)

    def is_yellow(self, sheet: str, row: int, column: int) -> bool:
        """Whether a cell is filled yellow (domain §2, section 3: an excused rounding)."""
        try:
            with _whatever_breaks():
                return styles.is_yellow(self._data, sheet, row, column)
        except WorkbookRefused:
            return False  # a colour that cannot be made out excuses nothing

    def lost_values(self, sheet: str) -> Mapping[str, str | None]:
        """What stands in cells that only look blank: address → error value or other content.

        None stands for a formula that was saved without its result. Blank cells of the sheet that
        are not listed are blank; listed cells need not be.
        """
        if self._is_xlsx:
            return self._sheet_xml(sheet).lost_values
        with _whatever_breaks():
            return styles.lost_values(self._data, sheet)

    def _sheet_xml(self, sheet: str) -> SheetXml:
        if self._package is None:
            raise TypeError("only an .xlsx has sheets of XML")
        if sheet not in self._xml:
            part = self._package.read(self._package.worksheets.get(sheet, ""))
            self._xml[sheet] = SheetXml(part)
        return self._xml[sheet]


@contextmanager
def _whatever_breaks() -> Iterator[None]:
    """Libraries raise, or panic, as they stumble over a damaged file: the file is refused."""
    try:
        yield
    except (WorkbookRefused, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as broken:  # a panic of calamine is no Exception
        refuse_broken(broken)
