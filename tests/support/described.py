"""Tables as somebody types them, and what lands of them by a layout that is written as YAML."""

import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.edits import nothing
from support.workbooks import saved

from ingest.answers import Reading
from ingest.described import Described
from ingest.forms.reading import CellValue, FormReading
from ingest.worker import read_workbook
from services.layouts import read_layout

Row = Sequence[object]
NAME = "hyo"


def layout(yaml: str, name: str = NAME) -> Described:
    """The layout that a file of a home holds."""
    return read_layout(name, yaml.encode())


def typed(
    rows: Iterable[Row], *, merge: str = "", edit: Callable[[Worksheet], object] = nothing
) -> bytes:
    """A workbook of one sheet. `merge`: areas, separated by blanks; `edit`: what else is done."""
    book = Workbook()
    fill(book.worksheets[0], rows, merge)
    edit(book.worksheets[0])
    return saved(book)


def fill(sheet: Worksheet, rows: Iterable[Row], merge: str = "") -> None:
    """Type rows into a sheet from its first cell, and merge areas of it."""
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    for area in merge.split():
        sheet.merge_cells(area)


def reading(yaml: str, data: bytes, file: str = "提出.xlsx") -> Reading:
    """What a workbook says to a home with one layout."""
    return read_workbook(file, data, [layout(yaml)])


def read(
    yaml: str, rows: Iterable[Row], *, merge: str = "", file: str = "提出.xlsx"
) -> FormReading:
    """The form that a sheet of these rows is."""
    return only(reading(yaml, typed(rows, merge=merge), file))


def only(reading: Reading) -> FormReading:
    """The only form of a workbook."""
    (form,) = reading.forms
    return form


def told(cell: CellValue) -> tuple[object, ...]:
    """Measure, year, value in its unit, and the other dimensions of a figure as words."""
    dimensions = json.loads(cell.item)
    unit = dimensions.pop("unit")
    words = " ".join(f"{d}={v}" for d, v in sorted(dimensions.items()))
    return (
        cell.measure,
        cell.fiscal_year,
        f"{Decimal(cell.number if cell.text is None else cell.text):,f}{unit}",
        words,
    )


def figures(form: FormReading) -> dict[str, tuple[object, ...]]:
    """The figures of a form without faults, by their cells."""
    assert [f.message for f in form.findings] == []
    return {cell.cell: told(cell) for cell in form.cells if cell.block == "figure"}


def faults(form: FormReading) -> dict[tuple[str, str | None], str]:
    """What is wrong or to be looked at: rule and cell, and the message."""
    found = [f for f in form.findings if f.severity != "info"]
    for each in found:
        assert "None" not in f"{each.message} {each.found or ''} {each.expected or ''}"
        assert each.message.endswith(("。", "。)"))
    return {(f.rule, f.cell): f.message for f in found}
