"""Text from departments stays text in every format; numbers stay numbers."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from exports.press.workbooks import safe_text
from exports.report.model import Report
from exports.report.page import render_report
from exports.report.rendering import report_files
from exports.report.tables import csv_bytes
from exports.report.workbook import xlsx_bytes

MakeReport = Callable[..., Report]


@given(st.text())
def test_no_text_starts_a_formula_or_breaks_a_line(text: str) -> None:
    safe = safe_text(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe == safe.strip()
    assert not any(ord(character) < ord(" ") for character in safe)


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+81",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\uff1d1+1",
        "\uff0b81",
        "\uff0d1",
        "\uff20SUM(A1)",
    ],
)
def test_a_name_like_a_formula_is_escaped_in_tables(make_report: MakeReport, name: str) -> None:
    report = make_report(name=name)
    expected = safe_text(name)
    assert expected.startswith("'")

    rows = list(csv.DictReader(io.StringIO(csv_bytes(report).decode("utf-8-sig"))))
    assert rows[0]["債権名"] == expected
    # the second claim's prior balance is negative: a number, not escaped
    assert rows[1]["過年度分残高_円"] == "-600"

    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(report)))["債権別"]
    headings = [cell.value for cell in sheet[1]]
    name_cell = sheet[2][headings.index("債権名")]
    assert (name_cell.data_type, name_cell.value) == ("s", expected)
    assert sheet[3][headings.index("過年度分残高_円")].value == -600


def test_markup_in_a_name_is_shown_as_written(make_report: MakeReport) -> None:
    page = render_report(make_report(name='<script>alert(1)</script>" href="./x'), [])
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34; href=&#34;./x" in page


def test_a_claim_called_script_is_shown_as_such_in_every_format(make_report: MakeReport) -> None:
    name = "<script>alert(1)</script>"
    content = report_files(make_report(name=name))
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert name in content["report.csv"].decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(content["report.xlsx"]))["債権別"]
    assert name in [cell.value for cell in sheet[2]]
    assert escaped in content["index.html"].decode()
    for file, written in content.items():
        if file.endswith((".html", ".svg")):
            assert b"<script" not in written, file
    text = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(content["report.pdf"])).pages
    )
    assert name in text.replace("\n", "")
