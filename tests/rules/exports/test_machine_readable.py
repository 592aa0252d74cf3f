"""The open data keep the rules for machine-readable tables, and each rule finds its bad example."""

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from support.machine_readable import check_csv, check_xlsx

from exports.report.model import Report
from exports.report.tables import csv_bytes
from exports.report.workbook import xlsx_bytes

MakeReport = Callable[..., Report]
TOTAL = "999999,見本市,2025-07-31,2025,class"  # how a row of a class begins


@pytest.fixture
def report(make_report: MakeReport) -> Report:
    """A claim whose target is hidden beside one that has everything but a rate."""
    made = make_report()
    first, second = made.claims
    hidden = replace(
        first,
        figures=replace(first.figures, target_balance=None),
        hidden=frozenset({"target_balance"}),
    )
    return replace(made, claims=(hidden, replace(second, note="前年同月末の報告なし")))


def test_the_csv_keeps_every_rule(report: Report) -> None:
    assert check_csv(csv_bytes(report)) == []


def test_the_workbook_keeps_every_rule(report: Report) -> None:
    assert check_xlsx(xlsx_bytes(report)) == []


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("1-2", ",税務部,", ",\"税務部、福祉部\","),
        ("1-3", "3000800", '"3,000,800"'),
        ("1-3", "3000800", "3000800円"),
        ("1-3", "-600", "▲600"),
        ("1-5", "奨学金", " 奨学金"),
        ("1-5", "奨学金", "奨　学　金"),
        ("1-5", "奨学金", '"奨学\r\n金"'),
        ("1-6", ",債権名,", ",,"),
        ("1-6", "債権名", "債権番号"),
        ("1-6", "見本市,2025-07-31,2025,claim,債権,002", "〃,2025-07-31,2025,claim,債権,002"),
        ("1-7", "奨学金", "=1+1"),
        ("1-9", ",残高_円,", ",残高,"),
        ("1-10", "奨学金", "奨学金①"),
        ("1-11", "2025-07-31", "令和7年7月31日"),
        ("1-11", ",2025,claim", ",令和7,claim"),
        ("1-12", "999999", "見本"),
        ("1-12", "債権区分コード", "区分"),
        ("1-13", "個人の特定を防ぐため秘匿", ""),
        ("1-14", TOTAL, f",\r\n{TOTAL}"),
        ("1-15", TOTAL, f"団体コード,団体名\r\n{TOTAL}"),
        ("csv-encoding", "\ufeff", ""),
        ("csv-line-ends", "\r\n", "\n"),
    ],
)  # fmt: skip
def test_a_bad_example_in_csv_is_caught(report: Report, rule: str, good: str, bad: str) -> None:
    text = csv_bytes(report).decode()
    assert good in text
    assert rule in {number for number, _ in check_csv(text.replace(good, bad).encode())}


def test_another_encoding_is_caught(report: Report) -> None:
    text = csv_bytes(report).decode("utf-8-sig")
    assert check_csv(text.encode("cp932"))[0][0] == "csv-encoding"


def hide_a_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["C"].hidden = True


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("1-3", lambda sheet: sheet.cell(2, 12, "3000800")),
        ("1-3", lambda sheet: setattr(sheet.cell(2, 12), "number_format", '#,##0"円"')),
        ("1-4", lambda sheet: sheet.merge_cells("A1:B1")),
        ("1-7", lambda sheet: sheet.cell(2, 12, "=1+1")),
        ("1-8", lambda sheet: setattr(sheet["A1"], "comment", Comment("見よ", "係"))),
        ("1-8", lambda sheet: sheet.add_chart(BarChart())),
        ("1-13", lambda sheet: sheet.cell(2, 12, "x")),
        ("1-14", lambda sheet: sheet.insert_rows(2)),
        ("1-15", lambda sheet: sheet.append([cell.value for cell in sheet[1]])),
        ("hidden", hide_a_column),
    ],
)
def test_a_bad_example_in_a_workbook_is_caught(
    report: Report, rule: str, damage: Callable[[Worksheet], object]
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(report)))
    assert book["債権別"].cell(1, 12).value == "前年度決算残高_円"
    damage(book["債権別"])
    written = io.BytesIO()
    book.save(written)
    assert rule in {number for number, _ in check_xlsx(written.getvalue())}


def test_another_format_is_caught() -> None:
    assert check_xlsx(b"%PDF-1.7") == [("1-1", "no .xlsx")]
