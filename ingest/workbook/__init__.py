"""Opens a submitted workbook safely and gives its sheets as a person sees them.

The container is looked at before anything is unpacked, and nothing in it is run. Each format has a
module that finds what is stored and how it looks; `seen` decides what the reader is given.
"""

from collections.abc import Iterator

from ingest.workbook.container import WorkbookRefused, open_container
from ingest.workbook.sheet import Area, Book, Place, Sheet

__all__ = ["Area", "Place", "Sheet", "WorkbookRefused", "sheets_of"]


def sheets_of(data: bytes) -> Iterator[Sheet]:
    """The worksheets of a workbook in their order; one that cannot be read says so in `refused`.

    Raises `WorkbookRefused` when the workbook cannot or must not be read.
    """
    return _opened(data).sheets()


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
