"""What is too much is turned away by a message that names the bound, and without unpacking it."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from support.workbooks import saved, with_rows

from ingest.findings import Finding
from ingest.worker import read_workbook


def ods(rows: str) -> bytes:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as book:
        book.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>{rows}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return buffer.getvalue()


def many_sheets() -> bytes:
    book = Workbook()
    for _ in range(300):
        book.create_sheet()
    return saved(book)


def many_tables() -> bytes:
    return ods("".join(f'<table:table table:name="s{n}"/>' for n in range(301)))


def many_cells() -> bytes:
    row = "".join(f'<c r="{first}{second}1" s="0"/>' for first in "ABCD" for second in _LETTERS)
    return with_rows(f'<row r="1">{row}</row>' * 9700)


def repeated_cells() -> bytes:
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="700">'
        "<text:p>a</text:p></table:table-cell>"
    )
    line = f'<table:table-row table:number-rows-repeated="5000">{cell}</table:table-row>'
    return ods(f'<table:table table:name="s">{line}</table:table>')


def far_cell() -> bytes:
    return with_rows('<row r="20000"><c r="A20000"><v>1</v></c></row>')


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    ("book", "bound"),
    [
        (many_sheets, "上限300枚"),
        (many_tables, "上限300枚"),
        (many_cells, "上限1,000,000個"),
        (repeated_cells, "上限1,000,000個"),
        (far_cell, "上限10,000行・702列"),
    ],
)
def test_every_bound_is_told(book: Callable[[], bytes], bound: str) -> None:
    reading = read_workbook("大きい.xlsx", book())
    assert not reading.forms
    told: list[Finding] = [each for each in reading.findings if each.rule == "too_large"]
    assert told
    assert bound in told[0].message
