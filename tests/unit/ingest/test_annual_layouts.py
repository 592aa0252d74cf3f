"""The annual form as departments rearrange it: read the same, or refused with a reason."""

from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.workbooks import OSAKA, edited, saved

from ingest.forms.reading import FormReading
from ingest.worker import read_workbook

PLAIN, LARGE = OSAKA / "003_就学援助費.xlsx", OSAKA / "調書（008奨学金）.xlsx"
ROWS = range(12, 19)
WORDS = ["実績", "実績", "修正目標", "実績", "当初目標", "修正目標", "当初目標"]
YEARS = [2017, 2018, 2019, 2019, 2020, 2020, 2021]
HEADER = [("A", "B"), ("E", "F"), ("I", "J"), ("M", "N"), ("Q", "R")]
Edit = Callable[[Worksheet], object]


def form_with(edit: Edit) -> FormReading:
    """The plain layout with the figures of a large claim, changed."""
    book = load_workbook(PLAIN, data_only=True)
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    figures = load_workbook(LARGE, data_only=True).worksheets[0]
    for row in figures.iter_rows(12, 31, 3, 21):
        for cell in row:
            if isinstance(cell.value, int | float):
                sheet[cell.coordinate].value = cell.value
    for cell in ("B6", "D6", "F6"):
        sheet[cell].value = figures[cell].value
    edit(sheet)
    (form,) = read_workbook("提出.xlsx", saved(book)).forms
    return form


def said(form: FormReading) -> list[object]:
    header = (form.claim_number, form.claim_name, form.department, form.section, form.fiscal_year)
    cells = sorted((c.block, c.item, c.measure, c.number, c.text or "") for c in form.cells)
    words = sorted((c.block, c.item, c.measure, c.text) for c in form.narrative)
    return [header, form.claim_classes, *cells, *words]


@pytest.fixture(scope="module", name="as_it_is")
def _as_it_is() -> list[object]:
    form = form_with(lambda _: None)
    assert [f for f in form.findings if f.severity == "error"] == []
    return said(form)


LEGIBLE: dict[str, Edit] = {}
REFUSED: dict[str, tuple[Edit, set[tuple[str, str | None]]]] = {}


def legible(edit: Edit) -> Edit:
    LEGIBLE[getattr(edit, "__name__", "")] = edit
    return edit


def refused(*errors: tuple[str, str | None]) -> Callable[[Edit], Edit]:
    def keep(edit: Edit) -> Edit:
        REFUSED[getattr(edit, "__name__", "")] = (edit, set(errors))
        return edit

    return keep


@legible
def columns_between(s: Worksheet) -> None:
    for c in range(21, 0, -1):
        s.insert_cols(c)


@legible
def rows_between(s: Worksheet) -> None:
    for r in range(42, 0, -1):
        s.insert_rows(r)


@legible
def header_labels_above(s: Worksheet) -> None:
    pairs = [(s[f"{a}3"].value, s[f"{b}3"].value) for a, b in HEADER]
    for cell in s[3]:
        cell.value = None
    for n, (label, value) in enumerate(pairs):
        s.cell(3, 1 + 2 * n).value, s.cell(4, 1 + 2 * n).value = label, value
    s["P3"].value = "作成日 R2.7.1"  # no name, although it stands to the right of 債権名


@legible
def header_in_one_column(s: Worksheet) -> None:
    pairs = [(s[f"{a}3"].value, s[f"{b}3"].value) for a, b in HEADER]
    for cell in s[3]:
        cell.value = None
    s.insert_rows(4, 5)
    for n, (label, value) in enumerate(pairs):
        s.cell(3 + n, 1).value, s.cell(3 + n, 4).value = label, value


@legible
def header_in_one_cell(s: Worksheet) -> None:
    for (a, b), gap in zip(HEADER, "　\n：: ", strict=True):
        s[f"{a}3"].value, s[f"{b}3"].value = f"{s[f'{a}3'].value}{gap}{s[f'{b}3'].value}", None


@legible
def other_words_for_labels(s: Worksheet) -> None:
    words = ("所属名", "担当課", "債権番号", "債権の区分", "債 権 名")
    for (a, _), word in zip(HEADER, words, strict=True):
        s[f"{a}3"].value = word
    for cell in s[10]:
        changed = {"徴収額": "収入済額", "未収金残高": "収入未済額", "徴収率": "収納率"}
        cell.value = changed.get(cell.value, cell.value)


@legible
def symbol_before_its_label(s: Worksheet) -> None:
    for c in range(3, 22):
        symbol = s.cell(11, c).value.partition("\n")[0]
        s.cell(10, c).value, s.cell(11, c).value = f"{symbol} {s.cell(10, c).value}", None


@legible
def symbols_above_labels(s: Worksheet) -> None:
    for c in range(3, 22):
        s.cell(10, c).value, s.cell(11, c).value = s.cell(11, c).value, s.cell(10, c).value


@legible
def labels_over_two_rows(s: Worksheet) -> None:
    s.insert_rows(11)
    for c in range(3, 22):
        words = "".join(s.cell(10, c).value.split())
        half = len(words) // 2
        s.cell(10, c).value, s.cell(11, c).value = words[:half], words[half:]


@legible
def group_names_in_the_middle(s: Worksheet) -> None:
    for old, new in (("C9", "G9"), ("L9", "O9"), ("S9", "T9")):
        s[new].value, s[old].value = s[old].value, None


@legible
def headings_again_inside(s: Worksheet) -> None:
    s.insert_rows(15, 3)
    for old, new in ((9, 15), (10, 16), (11, 17)):
        for c in range(1, 22):
            s.cell(new, c).value = s.cell(old, c).value


@legible
def units_behind_labels(s: Worksheet) -> None:
    for cell in s[10]:
        cell.value = (
            f"{cell.value}\n(千円)" if cell.value and "率" not in cell.value else cell.value
        )
    s["B24"].value = s["B26"].value = "件数（件）"


@legible
def two_digit_years(s: Worksheet) -> None:
    for r, year, word in zip(ROWS, (29, 30, 31, 31, 32, 32, 33), WORDS, strict=True):
        s.cell(r, 2).value = f"{year}年度 {word}"


@legible
def western_years_as_numbers(s: Worksheet) -> None:
    s.insert_cols(3)
    for r, year, word in zip(ROWS, YEARS, WORDS, strict=True):
        s.cell(r, 1).value, s.cell(r, 2).value, s.cell(r, 3).value = None, year, word


@legible
def years_merged_down(s: Worksheet) -> None:
    s.insert_cols(3)
    for n, (r, word) in enumerate(zip(ROWS, WORDS, strict=True)):
        year = f"{YEARS[n]}年度" if n == 0 or YEARS[n] != YEARS[n - 1] else None
        s.cell(r, 1).value, s.cell(r, 2).value, s.cell(r, 3).value = None, year, word


@legible
def notes_among_the_figures(s: Worksheet) -> None:
    s["C19"].value = "※ 百円単位を四捨五入、令和２年度は見込み"
    s.insert_rows(14)
    s["D14"].value = "※修正目標は対策会議で決定"


@legible
def first_section_below_the_second(s: Worksheet) -> None:
    heading, answers = s["A5"].value, [cell.value for cell in s[6]]
    for cell in (s["A5"], *s[6]):
        cell.value = None
    s.insert_rows(20, 3)
    s["A20"].value = heading
    for c, answer in enumerate(answers, 1):
        s.cell(21, c).value = answer


@legible
def first_section_beside_the_second(s: Worksheet) -> None:
    answers = [cell.value for cell in s[6]][:6]
    s["W8"].value = s["A5"].value
    for cell in (s["A5"], *s[6]):
        cell.value = None
    for n, answer in enumerate(answers):
        s.cell(9 + n // 2, 23 + n % 2).value = answer


@legible
def third_section_before_the_second(s: Worksheet) -> None:
    second, third = ([[c.value for c in row] for row in s[a]] for a in ("A8:U18", "A20:U31"))
    for r, row in enumerate([*third, [None] * 21, *second], 8):
        for c, value in enumerate(row, 1):
            s.cell(r, c).value = value


@legible
def bare_headings(s: Worksheet) -> None:
    s["A8"].value = "未収金の推移"


@legible
def second_heading_lost(s: Worksheet) -> None:
    s["A8"].value = None


@legible
def third_heading_lost(s: Worksheet) -> None:
    s["A20"].value = None


@legible
def headings_without_years(s: Worksheet) -> None:
    for cell in ("A5", "A20", "A33", "A40"):
        s[cell].value = s[cell].value.replace("令和元年度", "").replace("令和２年度", "")


@legible
def answers_in_the_cells_of_their_labels(s: Worksheet) -> None:
    for label, answer in (("A6", "B6"), ("C6", "D6"), ("E6", "F6")):
        s[label].value, s[answer].value = f"{s[label].value}：{s[answer].value}", None


@legible
def codes_and_labels_in_one_cell(s: Worksheet) -> None:
    for c in range(3, 21):
        if s.cell(23, c).value:
            s.cell(23, c).value = f"{s.cell(22, c).value}\n{s.cell(23, c).value}"
            s.cell(22, c).value = None


@legible
def codes_below_labels(s: Worksheet) -> None:
    for c in range(3, 21):
        if s.cell(23, c).value:
            s.cell(22, c).value, s.cell(23, c).value = s.cell(23, c).value, s.cell(22, c).value


@legible
def codes_as_numbers(s: Worksheet) -> None:
    for cell in s[22]:
        if isinstance(cell.value, str) and len(cell.value) == 1:
            cell.value = ord(cell.value) - ord("①") + 1


@legible
def part_and_measure_in_one_cell(s: Worksheet) -> None:
    for r, part in zip(range(24, 28), ("過年度", "過年度", "現年度", "現年度"), strict=True):
        s.cell(r, 1).value, s.cell(r, 2).value = part + s.cell(r, 2).value, None


@legible
def measures_before_parts(s: Worksheet) -> None:
    rows = [[cell.value for cell in s[r]] for r in range(24, 28)]
    labels = (
        ("件数", "過年度"),
        (None, "現年度"),
        ("残高", "過年度分(滞納繰越分)"),
        (None, "現年度分"),
    )
    for r, source, (measure, part) in zip(range(24, 28), (0, 2, 1, 3), labels, strict=True):
        for c, value in enumerate([measure, part, *rows[source][2:]], 1):
            s.cell(r, c).value = value


@legible
def a_third_block_of_totals(s: Worksheet) -> None:
    s.insert_rows(28, 2)
    s["A28"].value, s["B28"].value, s["B29"].value = "合計", "未収債権の件数", "未収金残高"
    for c in range(3, 22):
        for r in (28, 29):
            s.cell(r, c).value = (s.cell(r - 4, c).value or 0) + (s.cell(r - 2, c).value or 0)


@legible
def totals_beside_the_table(s: Worksheet) -> None:
    s.move_range("A29:H31", rows=-6, cols=23)


@legible
def totals_above_the_table(s: Worksheet) -> None:
    rows = [[cell.value for cell in s[r]] for r in (29, 30, 31)]
    for cell in (cell for r in (29, 30, 31) for cell in s[r]):
        cell.value = None
    s.insert_rows(21, 3)
    for r, row in enumerate(rows, 21):
        for c, value in enumerate(row, 1):
            s.cell(r, c).value = value


@legible
def totals_below_their_labels(s: Worksheet) -> None:
    for r in (32, 31, 30):
        s.insert_rows(r)
    for r in (29, 31, 33):
        s.cell(r + 1, 1).value, s.cell(r, 7).value, s.cell(r, 8).value = (
            s.cell(r, 7).value,
            None,
            None,
        )


@legible
def debtors_in_households(s: Worksheet) -> None:
    s["H29"].value = "世帯"


@legible
def totals_as_formulas_without_results(s: Worksheet) -> None:
    s["G30"].value, s["G31"].value = "=U24+U26", "=U25+U27"


@legible
def computed_columns_empty(s: Worksheet) -> None:
    for c in (cell for r in range(10, 19) for cell in s[r] if cell.column_letter in "DHIJOPQST"):
        c.value = None


@legible
def amounts_with_units(s: Worksheet) -> None:
    for cell in (cell for r in ROWS for cell in s[r]):
        if isinstance(cell.value, int | float) and cell.column_letter not in "IJPQST":
            cell.value = f"{cell.value:,.0f} 千円".replace("-", "△ ")


@legible
def a_ticked_class(s: Worksheet) -> None:
    s["N3"].value = "□強制徴収公債権　□非強制徴収公債権　■私債権"


def _in_yen(s: Worksheet) -> None:
    for cell in (cell for r in (*ROWS, 25, 27, 31) for cell in s[r]):
        if isinstance(cell.value, int | float) and (
            cell.row > 18 or cell.column_letter not in "IJPQST"
        ):
            cell.value = cell.value * 1000
    s["S8"].value = s["S20"].value = s["H31"].value = None


@legible
def yen_in_the_headings(s: Worksheet) -> None:
    _in_yen(s)
    for cell in s[10]:
        cell.value = f"{cell.value}(円)" if cell.value and "率" not in cell.value else cell.value


@legible
def yen_in_brackets(s: Worksheet) -> None:
    _in_yen(s)
    s["S8"].value = "（円）"


@refused(("unit", "S8"))
def millions(s: Worksheet) -> None:
    s["S8"].value = "(単位:百万円)"


@refused(("unit", "S20"))
def two_units(s: Worksheet) -> None:
    s["S20"].value = "(残高の単位:円)"


@refused(("fiscal_year", "A5"))
def headings_of_last_year(s: Worksheet) -> None:
    for row in s["A5:A33"]:
        if isinstance(row[0].value, str):
            row[0].value = row[0].value.replace("令和元年度", "平成30年度")


@refused(("several_forms", "I53"))
def two_forms_without_symbols(s: Worksheet) -> None:
    for cell in s[11]:
        cell.value = None
    for cell in [cell for row in s["A1:U42"] for cell in row if cell.value is not None]:
        s.cell(cell.row + 50, cell.column).value = cell.value


@refused(("several_forms", "AH3"))
def two_forms_side_by_side(s: Worksheet) -> None:
    for cell in [cell for row in s["A1:U42"] for cell in row if cell.value is not None]:
        s.cell(cell.row, cell.column + 25).value = cell.value


@refused(("several_forms", "AB10"))
def last_year_beside_this_year(s: Worksheet) -> None:
    for cell in [cell for row in s["A8:U18"] for cell in row if cell.value is not None]:
        s.cell(cell.row, cell.column + 25).value = cell.value


@refused(("unreadable_number", "E13"))
def a_date_for_an_amount(s: Worksheet) -> None:
    s["E13"].value = datetime(2020, 3, 31)  # noqa: DTZ001 - as a spreadsheet holds it


@refused(("unreadable_number", "E13"))
def two_amounts_in_a_cell(s: Worksheet) -> None:
    s["E13"].value = "68,896\n70,000"


@refused(("unreadable_number", "B6"))
def an_error_for_an_answer(s: Worksheet) -> None:
    s["B6"].value, s["B6"].data_type = "#REF!", "e"


@refused(("uncached_formula", "R3"))
def a_name_without_result(s: Worksheet) -> None:
    s["R3"].value = "=VLOOKUP(J3,A1:B2,2)"


@refused(("uncached_formula", "G29"))
def debtors_without_result(s: Worksheet) -> None:
    s["G29"].value = "=1+1"


@refused(("header_value", "N3"))
def no_class_ticked(s: Worksheet) -> None:
    s["N3"].value = "□強制徴収公債権　□非強制徴収公債権　□私債権"


@refused(("unknown_row_label", "A19"))
def a_row_nobody_knows(s: Worksheet) -> None:
    s["A19"].value, s["E19"].value = "合計", 5


@refused(("header_value", "R3"))
def a_name_beyond_measure(s: Worksheet) -> None:
    s["R3"].value = "あ" * 30_000


@refused(("unreadable_number", "E13"))
def a_number_beyond_measure(s: Worksheet) -> None:
    s["E13"].value = "9" * 30_000


@pytest.mark.parametrize("edit", LEGIBLE.values(), ids=LEGIBLE)
def test_it_says_the_same(as_it_is: list[object], edit: Edit) -> None:
    form = form_with(edit)
    assert [(f.rule, f.cell) for f in form.findings if f.severity == "error"] == []
    assert said(form) == as_it_is


@pytest.mark.parametrize(("edit", "expected"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_for_one_reason(edit: Edit, expected: set[tuple[str, str | None]]) -> None:
    found = [f for f in form_with(edit).findings if f.severity == "error"]
    assert {(f.rule, f.cell) for f in found} == expected
    assert all(len(f.found or "") < 100 and len(f.message) < 300 for f in found)


def test_a_missing_first_section_is_told() -> None:
    form = form_with(lambda s: s.__setitem__("A5", None))
    assert {(f.rule, f.severity) for f in form.findings} == {("header_value", "warning")}


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

    assert _sheets(empty) == [("sheet_passed_over", "info", "様式")]


def test_instructions_that_name_every_column_are_no_form() -> None:
    def explain(sheet: Worksheet) -> None:
        sheet.title = "記入要領"
        words = [str(c.value) for row in sheet for c in row if isinstance(c.value, str)]
        sheet.delete_rows(1, 60)
        for r, each in enumerate(words, 1):
            sheet.cell(r, 1).value = each

    assert _sheets(explain) == [("sheet_passed_over", "info", "記入要領")]
