"""Reads printed documents back: the figures of a workbook's rows, the text of a PDF's pages."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2

LETTER = re.compile(r"[A-G]")
FIGURE = re.compile(r"[▲△]?\d[\d,]*(?:\.\d+)?%?")


def lettered_rows(path: Path) -> dict[str, dict[str, list[Any]]]:
    """Sheet → letter of a row of the 調書 → its figures, a rate in percent."""
    found: dict[str, dict[str, list[Any]]] = {}
    for sheet in openpyxl.load_workbook(path):
        rows = found.setdefault(sheet.title, {})
        for row in sheet.iter_rows():
            if isinstance(row[0].value, str) and LETTER.fullmatch(row[0].value):
                rows[row[0].value] = [_figure(cell) for cell in row[2:]]
    return found


def columns_below(path: Path, sheet: str, first_heading: str) -> list[list[Any]]:
    """The rows below the row that begins with a heading, each from its first figure on."""
    rows = [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows()]
    start = next(n for n, row in enumerate(rows) if row[0].value == first_heading)
    return [[_figure(cell) for cell in row] for row in rows[start + 1 :]]


def page_texts(path: Path) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_range() for page in document]


def figures_in(text: str) -> list[str]:
    """Everything in a text that is printed as a figure."""
    return FIGURE.findall(text)


def _figure(cell: Any) -> Any:
    if isinstance(cell.value, float | int) and "%" in cell.number_format:
        return Decimal(str(round(cell.value * 100, 2)))
    return cell.value
