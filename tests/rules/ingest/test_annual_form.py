"""The annual form is read wherever it stands and however it is labelled."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from openpyxl import load_workbook
from support.workbooks import GOOD, OSAKA, saved

from ingest.answers import Reading
from ingest.forms.reading import FormReading
from ingest.text import is_blank, number
from ingest.worker import read_workbook

GOLDEN = Path(__file__).parents[2] / "data" / "golden" / "annual_forms.json"
FORMS = {form["claim_number"]: form for form in json.loads(GOLDEN.read_text("utf-8"))}
TYPED = {
    "ア": "carried_forward",
    "ウ": "assessed_prior",
    "エ": "collected_prior",
    "オ": "written_off_prior",
    "ウ'": "assessed_current",
    "エ'": "collected_current",
    "オ'": "written_off_current",
}


def read(data: bytes) -> Reading:
    return read_workbook("提出.xlsx", data)


def real_forms() -> dict[str, FormReading]:
    readings = [read(path.read_bytes()) for path in sorted(OSAKA.glob("*.xlsx"))]
    return {str(form.claim_number): form for r in readings for form in r.forms}


@pytest.fixture(scope="module", name="forms")
def _forms() -> dict[str, FormReading]:
    return real_forms()


@pytest.mark.parametrize("number_", FORMS)
def test_typed_figures_are_those_that_were_printed(
    forms: dict[str, FormReading], number_: str
) -> None:
    cells = {(c.item, c.measure): c.number for c in forms[number_].cells if c.block == "collection"}
    for letter, row in FORMS[number_]["rows"].items():
        for symbol, measure in TYPED.items():
            printed = number(row[symbol])
            assert cells[letter, measure] == (printed.value if printed else 0) * 1000


@pytest.mark.parametrize("number_", FORMS)
def test_header_and_attainment(forms: dict[str, FormReading], number_: str) -> None:
    form, printed = forms[number_], FORMS[number_]
    assert form.claim_name == printed["claim_name"]
    assert form.department == printed["department"]
    assert form.section == printed["section"]
    assert form.fiscal_year == printed["fiscal_year"]
    reported = {c.item: c.text for c in form.cells if c.block == "attainment"}
    assert reported == {
        part: "—" if is_blank(answer) else answer for part, answer in printed["attainment"].items()
    }


def test_real_forms_have_no_fault_but_the_one_known_disagreement(
    forms: dict[str, FormReading],
) -> None:
    found = [
        (number_, f.rule, f.severity, f.cell)
        for number_, form in forms.items()
        for f in form.findings
    ]
    assert found == [("010", "attainment", "warning", "G9")]


def test_instruction_and_hidden_sheets_are_passed_over_and_said_so() -> None:
    passed = [
        (path.name, f.sheet, f.rule)
        for path in sorted(OSAKA.glob("*.xlsx"))
        for f in read(path.read_bytes()).findings
    ]
    assert passed == [
        ("教委_給与システム・英語.xlsx", "記入要領", "sheet_passed_over"),
        ("調書（008奨学金）.xlsx", "記入要領", "sheet_passed_over"),
    ]


def test_free_text_is_kept_apart_from_the_figures(forms: dict[str, FormReading]) -> None:
    texts = {c.text for c in forms["003"].narrative} - {"—"}
    assert "文書と電話による催告を月ごとに行う。" in texts
    assert not texts & {c.text for c in forms["003"].cells}


def _insert_rows(book: Book) -> None:
    book.worksheets[0].move_range("A1:U42", rows=7)


def _insert_columns(book: Book) -> None:
    book.worksheets[0].move_range("A1:U42", cols=3)


def _spread(book: Book) -> None:
    book.worksheets[0].move_range("L9:U31", cols=2)


def _without_symbols(book: Book) -> None:
    for cell in book.worksheets[0][11]:
        cell.value = None


def _without_letters(book: Book) -> None:
    sheet = book.worksheets[0]
    for row in range(12, 19):
        sheet.cell(row, 1).value = None


def _letters_in_brackets(book: Book) -> None:
    sheet = book.worksheets[0]
    for row in range(12, 19):
        sheet.cell(row, 1).value = f"（{sheet.cell(row, 1).value}）{sheet.cell(row, 2).value}"
        sheet.cell(row, 2).value = None


def _rows_shuffled(book: Book) -> None:
    sheet = book.worksheets[0]
    rows = [[c.value for c in sheet[r]] for r in range(12, 19)]
    for place, values in zip(range(12, 19), reversed(rows), strict=True):
        for column, value in enumerate(values, 1):
            sheet.cell(place, column).value = value


def _unnumbered_sections(book: Book) -> None:
    sheet = book.worksheets[0]
    for cell in ("A5", "A8", "A20", "A33", "A40"):
        sheet[cell].value = sheet[cell].value[2:]


def _labels_above_answers(book: Book) -> None:
    sheet = book.worksheets[0]
    for cell, words in zip(
        ("B6", "C6", "D6", "E6", "F6"), ("", "現年度", "", "合計", ""), strict=True
    ):
        sheet[cell].value = words or None
    sheet["A7"].value, sheet["C7"].value, sheet["E7"].value = "B1", "—", "B1"


def _colons(book: Book) -> None:
    sheet = book.worksheets[0]
    for label, value in (("A3", "B3"), ("I3", "J3"), ("M3", "N3"), ("Q3", "R3")):
        sheet[label].value, sheet[value].value = f"{sheet[label].value}：{sheet[value].value}", None


def _without_title(book: Book) -> None:
    book.worksheets[0]["A1"].value = None


def _half_width_kana(book: Book) -> None:
    sheet = book.worksheets[0]
    for column, symbol in zip("CDEFGHIJK", "ｱｲｳｴｵｶｷｸｹ", strict=True):
        sheet[f"{column}11"].value = symbol


def _numbers_for_codes(book: Book) -> None:
    sheet = book.worksheets[0]
    for cell in sheet[22]:
        if cell.value and cell.value != "小計":
            cell.value = ord(cell.value) - ord("①") + 1


@pytest.mark.parametrize(
    "rearrange",
    [
        _insert_rows,
        _insert_columns,
        _spread,
        _without_symbols,
        _without_letters,
        _letters_in_brackets,
        _rows_shuffled,
        _unnumbered_sections,
        _labels_above_answers,
        _colons,
        _without_title,
        _half_width_kana,
    ],
)
def test_the_same_form_laid_out_differently_says_the_same(
    forms: dict[str, FormReading], rearrange: Callable[[Book], None]
) -> None:
    book = load_workbook(GOOD, data_only=True)
    for merged in list(book.worksheets[0].merged_cells.ranges):
        book.worksheets[0].unmerge_cells(str(merged))
    rearrange(book)
    (form,) = read(saved(book)).forms
    assert [(f.rule, f.cell) for f in form.findings if f.severity == "error"] == []
    assert _said(form) == _said(forms["003"])


def _said(form: FormReading) -> list[tuple[object, ...]]:
    header = (form.claim_number, form.claim_name, form.department, form.fiscal_year)
    return [
        header,
        *sorted((c.block, c.item, c.measure, c.number, c.text or "") for c in form.cells),
    ]


def test_codes_given_as_plain_numbers_are_found_by_their_labels(
    forms: dict[str, FormReading],
) -> None:
    book = load_workbook(GOOD, data_only=True)
    _numbers_for_codes(book)
    (form,) = read(saved(book)).forms
    assert not form.rejected
    assert _said(form) == _said(forms["003"])
