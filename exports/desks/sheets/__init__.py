"""Documents for the city's own desks: sheets of tables, as workbook, PDF and page.

`model` says what a document holds; `workbook`, `pdf` and `page` write the same document.
"""

from exports.desks.sheets.model import Document
from exports.desks.sheets.page import render
from exports.desks.sheets.pdf import pdf_bytes
from exports.desks.sheets.workbook import xlsx_bytes

__all__ = ["paper_files", "web_files"]


def paper_files(document: Document, name: str) -> dict[str, bytes]:
    """The document as ``<name>.xlsx`` and ``<name>.pdf``."""
    return {f"{name}.xlsx": xlsx_bytes(document), f"{name}.pdf": pdf_bytes(document)}


def web_files(document: Document, name: str) -> dict[str, bytes]:
    """The same, and a page ``index.html`` that leads to them."""
    files = paper_files(document, name)
    return {**files, "index.html": render(document, tuple(files)).encode()}
