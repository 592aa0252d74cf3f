"""Workbooks after other people's misfortunes: each ends as it should, by value or by cell."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.workbooks import DATA

from ingest.forms.reading import FormReading
from ingest.reading import Reading
from ingest.worker import read_workbook

INPUTS = DATA / "inputs"
Told = tuple[str, str | None]  # rule and cell


def read(name: str) -> tuple[Reading, list[FormReading], set[Told]]:
    """A workbook, its forms that are accepted, and its errors."""
    reading = read_workbook(name, (INPUTS / name).read_bytes())
    found = [*reading.findings, *(f for form in reading.forms for f in form.findings)]
    accepted = [form for form in reading.forms if not form.rejected]
    return reading, accepted, {(f.rule, f.cell) for f in found if f.severity == "error"}


def total(form: FormReading, *measures: str) -> int:
    """The sum of some measures over all lines of a form, in yen."""
    return sum(c.number or 0 for c in form.cells if c.measure in measures and c.block != "total")


# Asked back at these cells, at least; nothing of it is accepted.
RETURNED: dict[str, set[Told]] = {
    "千円表示の円.xlsx": {("unreadable_number", "D24")},  # a count of 2 that is shown as 0
    "千円表示の円.xls": {("unreadable_number", "D24")},
    "XlsxWriterの残高報告.xlsx": {
        ("uncached_formula", f"{c}{r}") for c in "DEFGIJKNO" for r in range(8, 12)
    },
    "xlwtの残高報告.xls": {
        ("uncached_formula", f"{c}{r}") for c in "DEFGIJK" for r in range(8, 12)
    },
    "Excelで保存したods.ods": {("unreadable_number", f"{c}8") for c in "DEFG"},
    "調書_見え消し.xlsx": {("computed_amount", "E18")},  # its sums still contain what is struck
    "取り消し線の行.xlsx": {("struck_out", "A10")},  # so does its 合計
    "計画表_現年滞繰の列.xlsx": {("ambiguous_heading", cell) for cell in ("C2", "E2", "G2")},
    "債権一覧_現年滞繰計の行.xlsx": {("divided_rows", "E3")},
    "秘密度ラベルで保護.xlsx": {("password", None)},
    "superscript.xlsx": {("unreadable_number", "H34")},
    "dup_cell.xlsx": {("unreadable_file", "H34")},
    "fmt_hidden.xlsx": {("not_as_seen", "H34")},
    "fmt_literal.xlsx": {("not_as_seen", "H34")},
    "10000_sheets_one_part.xlsx": {("too_large", None)},
    "hang_promotion_30s.xlsx": {("not_as_seen", "C27")},
    "Excel95.xls": {("header_value", "D6")},  # code page 932 has no — : the file holds "?"
}


@pytest.mark.parametrize("name", RETURNED)
def test_it_is_asked_back_at_its_cell(name: str) -> None:
    _, accepted, errors = read(name)
    assert accepted == []
    assert RETURNED[name] <= errors


def test_every_workbook_has_its_answer() -> None:
    answered = {*RETURNED, *ACCEPTED, "債権一覧と独自の表.xlsx", "別シートに新しいエラー値.xlsx"}
    assert {path.name for path in INPUTS.iterdir()} == answered


# Accepted with this sum of these measures, in yen.
ACCEPTED: dict[str, tuple[tuple[str, ...], int]] = {
    "comment_in_v.xlsx": (("debtors",), 0),
    "債権一覧_件数と金額.xlsx": (("uncollected",), 59_232_233),
    "債権一覧_収入未済額が現滞計に分かれる.xlsx": (("uncollected",), 29_696_424),
    "改行のあるods.ods": (("carried_forward",), 460_000),
    "範囲にドル記号.xlsx": (("carried_forward",), 460_000),
}


def test_the_real_cause_is_named() -> None:
    said = {name: " ".join(f.message for f in read(name)[0].findings) for name in RETURNED}
    assert "秘密度ラベル" in said["秘密度ラベルで保護.xlsx"]
    assert "10,000枚" in said["10000_sheets_one_part.xlsx"]
