"""A table that an accounting system exports as text is read as a workbook is, zeros and all."""

import pytest

from ingest.described.layout import Described
from ingest.worker import read_workbook
from services.layouts import read_layout

LAYOUT = read_layout(
    "ichiran",
    """
title: 債権別収入未済額
texts: ["<fiscal_year>決算 債権別収入未済額"]
unit: 円
tables:
  - columns:
      番号: <claim_number>
      債権名: <claim_name>
      収入未済額: uncollected
    rows:
      合計: {total: true}
""".encode(),
)
TEXT = (
    "令和5年度決算 債権別収入未済額,,\r\n"
    "番号,債権名,収入未済額\r\n"
    '008,"奨学金,貸付",1234567\r\n'
    '011,=HYPERLINK("x"),"2,000"\r\n'
    "合計,,1236567\r\n"
)


def read(text: bytes, *layouts: Described) -> dict[str, tuple[int | None, str]]:
    (form,) = read_workbook("出力.csv", text, layouts).forms
    assert not form.rejected, form.findings
    return {cell.cell: (cell.number, cell.item) for cell in form.cells}


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_leading_zeros_quoted_marks_and_formulas_stay_what_they_are(
    encoding: str, mark: str
) -> None:
    text = TEXT if mark == "," else TEXT.replace(",", "\t").replace('"2\t000"', '"2,000"')
    landed = read(text.encode(encoding), LAYOUT)
    assert landed["C3"][0] == 1_234_567
    assert '"claim_number":"008"' in landed["C3"][1]
    assert landed["C4"][0] == 2_000
    assert '"claim_name":"=HYPERLINK(' in landed["C4"][1].replace('\\"', '"')
    assert '"total":true' in landed["C5"][1]


def test_a_text_that_no_layout_describes_is_told_what_it_is() -> None:
    for layouts in ((), (LAYOUT,)):
        (finding,) = read_workbook("名簿.csv", "氏名,住所\n甲,乙\n".encode(), layouts).findings
        assert finding.rule == "unreadable_file"
        assert "文字だけの表(CSVなど)" in finding.message


@pytest.mark.parametrize(
    "text",
    [b"\xff\xfe\x00", b"a,b\n" * 20_000, b'a,"b\n' * 50, b"," * 10_000, b"\x00\x01,\n"],
)
def test_a_text_that_is_no_table_is_refused(text: bytes) -> None:
    reading = read_workbook("出力.csv", text, (LAYOUT,))
    assert not reading.forms
    assert [finding.rule for finding in reading.findings] == ["unreadable_file"]


def test_a_row_of_another_length_and_blank_names_are_of_nobody() -> None:
    shorter = TEXT.replace('011,=HYPERLINK("x"),"2,000"', '011,"2,000"')
    (form,) = read_workbook("出力.csv", shorter.encode(), [LAYOUT]).forms
    assert {(f.rule, f.cell) for f in form.findings} >= {("not_as_seen", "A4")}
    nameless = TEXT.replace('011,=HYPERLINK("x"),', ",,")
    (form,) = read_workbook("出力.csv", nameless.encode(), [LAYOUT]).forms
    assert {(f.rule, f.cell) for f in form.findings} >= {("no_meaning", "B4")}
