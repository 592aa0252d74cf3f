"""The sheets of a workbook, or the one of a text, that is to be described."""

from collections.abc import Iterator

from ingest.workbook import Sheet, sheets_of
from ingest.workbook.container import BINARY
from ingest.workbook.delimited import sheet_of_text


def sheets_in(data: bytes) -> Iterator[Sheet]:
    """The sheets of a workbook; the table of a CSV. Raises WorkbookRefused."""
    text = None if data.startswith(BINARY) else sheet_of_text(data)
    return iter([text]) if text else sheets_of(data)
