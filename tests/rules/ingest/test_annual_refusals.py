"""What cannot be read for certain is refused for one reason, at its cell; other sheets are told."""

from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from support.rearranged import Cases, Error, form_with
from support.workbooks import edited

from ingest.worker import read_workbook

case = Cases()


@case(("unit", "S8"))
def millions(s: Worksheet) -> None:
    s["S8"].value = "(単位:百万円)"


@case(("unit", "S20"))
def two_units(s: Worksheet) -> None:
    s["S20"].value = "(残高の単位:円)"


@case(("fiscal_year", "A5"))
def headings_of_last_year(s: Worksheet) -> None:
    for row in s["A5:A33"]:
        if isinstance(row[0].value, str):
            row[0].value = row[0].value.replace("令和元年度", "平成30年度")


@case(("several_forms", "I53"))
def two_forms_without_symbols(s: Worksheet) -> None:
    for cell in s[11]:
        cell.value = None
    for cell in [cell for row in s["A1:U42"] for cell in row if cell.value is not None]:
        s.cell(cell.row + 50, cell.column).value = cell.value


@case(("several_forms", "AH3"))
def two_forms_side_by_side(s: Worksheet) -> None:
    for cell in [cell for row in s["A1:U42"] for cell in row if cell.value is not None]:
        s.cell(cell.row, cell.column + 25).value = cell.value


@case(("several_forms", "AB10"))
def last_year_beside_this_year(s: Worksheet) -> None:
    for cell in [cell for row in s["A8:U18"] for cell in row if cell.value is not None]:
        s.cell(cell.row, cell.column + 25).value = cell.value


@case(("unreadable_number", "E13"))
def a_date_for_an_amount(s: Worksheet) -> None:
    s["E13"].value = datetime(2020, 3, 31)  # noqa: DTZ001 - as a spreadsheet holds it


@case(("unreadable_number", "E13"))
def two_amounts_in_a_cell(s: Worksheet) -> None:
    s["E13"].value = "68,896\n70,000"


@case(("unreadable_number", "B6"))
def an_error_for_an_answer(s: Worksheet) -> None:
    s["B6"].value, s["B6"].data_type = "#REF!", "e"


@case(("uncached_formula", "R3"))
def a_name_without_result(s: Worksheet) -> None:
    s["R3"].value = "=VLOOKUP(J3,A1:B2,2)"


@case(("uncached_formula", "G29"))
def debtors_without_result(s: Worksheet) -> None:
    s["G29"].value = "=1+1"


@case(("header_value", "N3"))
def no_class_ticked(s: Worksheet) -> None:
    s["N3"].value = "□強制徴収公債権　□非強制徴収公債権　□私債権"


@case(("unknown_row_label", "A19"))
def a_row_nobody_knows(s: Worksheet) -> None:
    s["A19"].value, s["E19"].value = "合計", 5


@case(("header_value", "R3"))
def a_name_beyond_measure(s: Worksheet) -> None:
    s["R3"].value = "あ" * 30_000


@case(("unreadable_number", "E13"))
def a_number_beyond_measure(s: Worksheet) -> None:
    s["E13"].value = "9" * 30_000


@pytest.mark.parametrize(("name", "expected"), case.errors.items())
def test_it_is_refused_for_one_reason(name: str, expected: set[Error]) -> None:
    found = [f for f in form_with(case.edits[name]).findings if f.severity == "error"]
    assert {(f.rule, f.cell) for f in found} == expected
    assert all(len(f.found or "") < 100 and len(f.message) < 300 for f in found)


@pytest.mark.parametrize("name", ["①㈱求償金～ｶﾅ", "貸付金(円)", "123"])
def test_names_are_kept_as_they_are(name: str) -> None:
    form = form_with(lambda s: s.__setitem__("R3", name))
    assert (form.claim_name, form.findings) == (name, [])


def _sheets(edit: Callable[[Worksheet], object]) -> list[tuple[str, str, str | None]]:
    def add(book: object) -> None:
        edit(book.copy_worksheet(book.worksheets[0]))  # type: ignore[attr-defined]

    reading = read_workbook("提出.xlsx", edited(add))
    assert [form.claim_number for form in reading.forms] == ["003"]
    return [(f.rule, f.severity, f.sheet) for f in reading.findings]


def test_an_example_is_passed_over_with_a_warning() -> None:
    def example(sheet: Worksheet) -> None:
        sheet["T1"].value, sheet.title = "（記入例）", "例"

    assert _sheets(example) == [("sheet_passed_over", "warning", "例")]


def test_an_unused_form_is_passed_over() -> None:
    def empty(sheet: Worksheet) -> None:
        sheet.title = "様式"
        entries = [*sheet["B12:U18"], *sheet["C24:U27"], *sheet["G29:G31"], *sheet["B35:U38"]]
        for cell in [c for row in (*entries, *sheet["B42:U42"]) for c in row]:
            cell.value = None
        for cell in ("B3", "F3", "J3", "N3", "R3", "B6", "D6", "F6"):
            if not isinstance(sheet[cell], tuple):
                sheet[cell].value = None

    assert _sheets(empty) == [("not_filled_in", "info", "様式")]


def test_instructions_that_name_every_column_are_no_form() -> None:
    def explain(sheet: Worksheet) -> None:
        sheet.title = "記入要領"
        words = [str(c.value) for row in sheet for c in row if isinstance(c.value, str)]
        sheet.delete_rows(1, 60)
        for r, each in enumerate(words, 1):
            sheet.cell(r, 1).value = each

    assert _sheets(explain) == [("sheet_passed_over", "info", "記入要領")]
