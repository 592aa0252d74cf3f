"""Nothing typed is not zero: a form that says nothing of its results goes back (domain §4)."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.edits import Edit, errors
from support.filled_in import FILLED
from support.workbooks import AMAGASAKI, OSAKA, TSUYAMA, edited, saved

from ingest.forms.reading import FormReading
from ingest.templates import Dialect, draw
from ingest.worker import read_workbook

DRAWN = draw(
    municipality_code="999999", dialect=Dialect(computed="typed"), **FILLED["interim"]
)  # claims 008 (carried over: 1,000) and 021 in rows 8 and 9


def interim(edit: Edit) -> FormReading:
    book = load_workbook(BytesIO(DRAWN))
    edit(book.worksheets[0])
    (form,) = read_workbook("報告.xlsx", saved(book)).forms
    return form


def clear(cells: str) -> Edit:
    def edit(sheet: Worksheet) -> None:
        for row in sheet[cells]:
            for cell in row:
                cell.value = None

    return edit


def test_a_claim_without_any_figure_is_named_by_its_cells() -> None:
    form = interim(clear("E8:O8"))
    (finding,) = [f for f in form.findings if f.severity == "error"]
    assert (finding.rule, finding.cell) == ("not_filled_in", "E8")
    assert all(cell in finding.message for cell in ("E8", "F8", "I8", "N8", "O8", "1,000"))


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("E8:E8", {("not_filled_in", "E8")}),  # of 1,000 carried over nothing is said
        ("D9:O9", {("not_filled_in", "E9")}),
        ("G8:G8", set()),  # a blank cell beside figures counts as 0 (domain §2)
    ],
)
def test_a_blank_cell_that_cannot_mean_zero(cells: str, told: set[tuple[str, str]]) -> None:
    found = errors(interim(clear(cells)))
    assert {each for each in found if each[0] == "not_filled_in"} == told


@pytest.mark.parametrize("written", [0, "0", "－", "—"])
def test_zero_is_a_figure_that_somebody_wrote(written: object) -> None:
    def edit(sheet: Worksheet) -> None:
        clear("D9:O9")(sheet)
        sheet["E9"].value = written

    assert "not_filled_in" not in {rule for rule, _ in errors(interim(edit))}


@pytest.mark.parametrize("row", [13, 14, 15, 17, 18])
def test_a_row_of_the_annual_form_that_only_carries_over(row: int) -> None:
    def edit(book: object) -> None:
        for column in "EFGLMN":
            book.worksheets[0][f"{column}{row}"].value = None  # type: ignore[attr-defined]

    (form,) = read_workbook("調書.xlsx", edited(edit, OSAKA / "調書（008奨学金）.xlsx")).forms
    assert ("not_filled_in", f"E{row}") in errors(form)


@pytest.mark.parametrize("file", ["第1次計画_収納率.xlsx", "第1次計画_収入未済額.xlsx"])
def test_a_plan_without_any_result(file: str) -> None:
    def edit(book: object) -> None:
        for row in range(6, 46):
            book.worksheets[0][f"E{row}"].value = None  # type: ignore[attr-defined]

    (form,) = read_workbook("計画.xlsx", edited(edit, TSUYAMA / file)).forms
    assert errors(form) == {("not_filled_in", "E6")}


def test_the_newest_year_of_a_promotion_sheet() -> None:
    def edit(book: object) -> None:
        for row in range(10, 22):
            book.worksheets[0][f"G{row}"].value = None  # type: ignore[attr-defined]

    forms = read_workbook("推進.xlsx", edited(edit, AMAGASAKI / "債権管理推進シート.xlsx")).forms
    assert ("not_filled_in", "G10") in errors(forms[0])


@pytest.mark.parametrize("form", ["annual", "promotion"])
def test_a_blank_template_is_told_from_a_workbook_without_a_form(form: str) -> None:
    data = draw(form, municipality_code="999999", fiscal_year=2024)
    found = read_workbook("様式.xlsx", data).findings
    assert [f.rule for f in found if f.severity == "error"] == ["not_filled_in"]
