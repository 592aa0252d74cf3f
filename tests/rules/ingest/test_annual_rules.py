"""Every fault is told at its own cell, with what was found and what was expected."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from support.workbooks import GOOD, OSAKA, edited, saved, with_cell

from ingest.findings import Finding
from ingest.worker import read_workbook

PLAIN = OSAKA / "003_就学援助費.xlsx"
LARGE = OSAKA / "調書（008奨学金）.xlsx"
TYPED = OSAKA / "010.xlsx"
NEW_CLAIM = OSAKA / "014_デザイン教育研究所授業料.xlsx"


def findings(data: bytes) -> list[Finding]:
    reading = read_workbook("提出.xlsx", data)
    return [f for form in reading.forms for f in form.findings] + reading.findings


def at(data: bytes) -> set[tuple[str, str | None, str]]:
    return {(f.rule, f.cell, f.severity) for f in findings(data) if f.severity != "info"}


@pytest.mark.parametrize(
    ("path", "cell", "value", "rule", "severity"),
    [
        (LARGE, "E15", "約五万", "unreadable_number", "error"),
        (LARGE, "E15", 50315.5, "unreadable_number", "error"),
        (LARGE, "E15", "50,315人", "unreadable_number", "error"),
        (LARGE, "F15", "1.917", "thousands_dot", "warning"),
        (LARGE, "F15", "1,917,000円", "unit", "warning"),
        (LARGE, "H15", 18282, "computed_amount", "error"),
        (LARGE, "D15", -15922, "computed_amount", "error"),
        (LARGE, "U15", 50185, "computed_amount", "error"),
        (LARGE, "J15", 0.9, "computed_rate", "warning"),
        (LARGE, "C17", 50185, "carry_over", "error"),
        (LARGE, "C17", 50085, "carry_over", "error"),
        (LARGE, "L25", 31550, "status_subtotal", "error"),
        (LARGE, "U24", 786, "status_subtotal", "error"),
        (LARGE, "G30", 1530, "grand_total", "error"),
        (LARGE, "G31", 50159, "grand_total", "error"),
        (LARGE, "G29", None, "header_value", "warning"),
        (LARGE, "B6", "A", "attainment", "warning"),
        (LARGE, "B6", "C", "header_value", "error"),
        (LARGE, "H3", "第八号", "header_value", "error"),
        (LARGE, "H3", None, "header_value", "error"),
        (LARGE, "K3", "その他", "header_value", "error"),
        (LARGE, "E10", "調停額", "damaged_heading", "warning"),
        (LARGE, "E11", None, "missing_heading", "error"),
        (LARGE, "V10", "備考", "unknown_column", "warning"),
        (LARGE, "D22", "②の2", "damaged_heading", "warning"),
        (LARGE, "D23", "納付猶予中", "damaged_heading", "error"),
        (LARGE, "A15", "X", "unknown_row_label", "warning"),
        (LARGE, "B15", "令和元年度修正目標", "unknown_row_label", "error"),
        (LARGE, "B15", "令和２年度実績", "row_year", "warning"),
        (LARGE, "A5", "１．平成30年度の修正目標の達成状況", "fiscal_year", "error"),
        (NEW_CLAIM, "L15", 26325000, "thousandfold", "error"),
    ],
)
def test_a_fault_is_told_at_its_cell(
    path: Path, cell: str, value: object, rule: str, severity: str
) -> None:
    assert (rule, cell, severity) in at(with_cell(cell, value, path))


@pytest.mark.parametrize("written", [1_917, "1,917千円", "1,917,000円"])
def test_an_amount_is_read_in_the_unit_behind_it(written: object) -> None:
    (form,) = read_workbook("提出.xlsx", with_cell("F15", written, LARGE)).forms
    assert [cell.number for cell in form.cells if cell.cell == "F15"] == [1_917_000]


def test_a_missing_column_is_named_with_the_place_where_it_should_be() -> None:
    def drop(book: Book) -> None:
        book.worksheets[0]["E10"] = book.worksheets[0]["E11"] = None

    (finding,) = [f for f in findings(edited(drop)) if f.severity == "error"]
    assert (finding.rule, finding.cell, finding.expected) == ("missing_heading", "E10", "ウ 調定額")


def test_a_formula_without_a_result_in_a_typed_cell_is_no_zero() -> None:
    book = load_workbook(NEW_CLAIM)
    book.worksheets[0]["L15"].value = "=26000+325"
    assert ("uncached_formula", "L15", "error") in at(saved(book))


def test_an_error_value_in_a_typed_cell_is_no_zero() -> None:
    book = load_workbook(PLAIN, data_only=True)
    book.worksheets[0]["F12"].value = "#REF!"
    book.worksheets[0]["F12"].data_type = "e"
    assert ("unreadable_number", "F12", "error") in at(saved(book))


def _one_class_off(fill: str | None) -> Callable[[Book], None]:
    def edit(book: Book) -> None:
        sheet = book.worksheets[0]
        for cell, value in (("D25", 18462), ("L25", 31548)):
            sheet[cell].value = value
        if fill:
            sheet["U25"].fill = PatternFill("solid", fgColor=fill)

    return edit


@pytest.mark.parametrize("yellow", ["FFFFFF00", "FFFFFF99", "FFFFF2CC"])
def test_only_a_yellow_cell_excuses_a_rounding_difference(yellow: str) -> None:
    assert ("status_total", "U25", "error") in at(edited(_one_class_off(None), LARGE))
    assert ("status_total", "U25", "error") in at(edited(_one_class_off("FFDDEBF7"), LARGE))
    assert at(edited(_one_class_off(yellow), LARGE)) == set()


def _all_yellow(sheet: Worksheet, but: str = "") -> None:
    for cell in (cell for row in sheet["A1:U42"] for cell in row if cell.coordinate != but):
        cell.fill = PatternFill("solid", fgColor="FFFFFF00")


def test_no_other_yellow_cell_excuses_a_rounding_difference() -> None:
    def edit(book: Book) -> None:
        _one_class_off(None)(book)
        _all_yellow(book.worksheets[0], but="U25")

    assert ("status_total", "U25", "error") in at(edited(edit, LARGE))


@pytest.mark.parametrize("cell", ["C13", "D13", "K13", "U13", "L25", "U24", "G30", "G31"])
def test_yellow_excuses_nothing_but_the_total_of_a_part(cell: str) -> None:
    def edit(book: Book) -> None:
        sheet = book.worksheets[0]
        _all_yellow(sheet)
        sheet[cell].value += 1

    assert any(severity == "error" for _, _, severity in at(edited(edit, LARGE)))


def test_a_yellow_cell_does_not_excuse_more_than_rounding_can_explain() -> None:
    def edit(book: Book) -> None:
        _one_class_off("FFFFFF00")(book)
        book.worksheets[0]["D25"].value, book.worksheets[0]["L25"].value = 18400, 31486

    assert ("status_total", "U25", "error") in at(edited(edit, LARGE))


def test_amounts_in_yen_are_noticed_in_a_form_of_thousands() -> None:
    def everything_in_yen(book: Book) -> None:
        sheet = book.worksheets[0]
        for row in [*range(12, 19), 25, 27, 31]:
            for cell in sheet[row]:
                if isinstance(cell.value, int) or (
                    isinstance(cell.value, float) and cell.column_letter not in "IJPQST"
                ):
                    cell.value = cell.value * 1000

    assert {r for r, _, s in at(edited(everything_in_yen, LARGE)) if s == "error"} == {
        "thousandfold"
    }


def test_one_amount_in_yen_is_noticed() -> None:
    found = at(with_cell("E13", 68896000, LARGE))
    assert ("thousandfold", "E13", "error") in found


def test_two_forms_on_one_sheet_are_not_guessed_apart() -> None:
    def twice(book: Book) -> None:
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(min_row=1, max_row=31):
            for cell in row:
                if cell.value is not None:
                    sheet.cell(cell.row + 50, cell.column).value = cell.value

    assert ("several_forms", "I53", "error") in at(edited(twice, GOOD))


def test_a_finding_says_what_was_found_what_was_expected_and_what_to_do() -> None:
    (finding,) = [f for f in findings(with_cell("C17", 50185, LARGE)) if f.rule == "carry_over"]
    assert (finding.found, finding.expected) == ("50185", "50,158")
    assert "セルU15" in finding.message
    assert "訂正してください" in finding.message
