"""Opens a submitted workbook safely and gives its sheets as a person sees them.

The container is looked at before anything is unpacked, and nothing in it is run. Each format has a
module that finds what is stored and how it looks; `seen` decides what the reader is given.
"""

from collections.abc import Iterator

from ingest.workbook.container import WorkbookRefused, open_container, whatever_breaks
from ingest.workbook.sheet import Area, Book, Place, Sheet

__all__ = ["Area", "Place", "Sheet", "Workbook", "WorkbookRefused"]


class Workbook:
    """An opened workbook. Raises `WorkbookRefused` when it cannot or must not be read."""

    def __init__(self, data: bytes) -> None:
        self._book = _opened(data)

    def sheets(self) -> Iterator[Sheet]:
        """The worksheets in workbook order; one that cannot be read says so in `refused`."""
        return self._book.sheets()

    def is_yellow(self, sheet: str, row: int, column: int) -> bool:
        """Whether a cell is filled yellow (domain §2, section 3: an excused rounding)."""
        try:
            with whatever_breaks():
                return self._book.is_yellow(sheet, (row, column))
        except WorkbookRefused:
            return False  # a colour that cannot be made out excuses nothing


def _opened(data: bytes) -> Book:
    """The book of the format that the bytes are in; only what that needs is imported."""
    package = open_container(data)
    if package is None:
        from ingest.workbook.xls import Xls

        return Xls(data)
    if "xl/workbook.xml" in package:
        from ingest.workbook.xlsx import Xlsx

        return Xlsx(package, data)
    from ingest.workbook.ods import Ods

    return Ods(package)
