"""However a department arranges the sections, their rows and totals, they say the same."""

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from support.rearranged import ROWS, Cases, Edit, form_with, said

case = Cases()


@case()
def first_section_below_the_second(s: Worksheet) -> None:
    heading, answers = s["A5"].value, [cell.value for cell in s[6]]
    for cell in (s["A5"], *s[6]):
        cell.value = None
    s.insert_rows(20, 3)
    s["A20"].value = heading
    for c, answer in enumerate(answers, 1):
        s.cell(21, c).value = answer


@case()
def first_section_beside_the_second(s: Worksheet) -> None:
    answers = [cell.value for cell in s[6]][:6]
    s["W8"].value = s["A5"].value
    for cell in (s["A5"], *s[6]):
        cell.value = None
    for n, answer in enumerate(answers):
        s.cell(9 + n // 2, 23 + n % 2).value = answer


@case()
def third_section_before_the_second(s: Worksheet) -> None:
    second, third = (
        [[(c.value, c.number_format) for c in row] for row in s[a]] for a in ("A8:U18", "A20:U31")
    )
    for r, row in enumerate([*third, [(None, "General")] * 21, *second], 8):
        for c, (value, number_format) in enumerate(row, 1):
            s.cell(r, c).value = value
            s.cell(r, c).number_format = number_format


@case()
def bare_headings(s: Worksheet) -> None:
    s["A8"].value = "未収金の推移"


@case()
def second_heading_lost(s: Worksheet) -> None:
    s["A8"].value = None


@case()
def third_heading_lost(s: Worksheet) -> None:
    s["A20"].value = None


@case()
def headings_without_years(s: Worksheet) -> None:
    for cell in ("A5", "A20", "A33", "A40"):
        s[cell].value = s[cell].value.replace("令和元年度", "").replace("令和２年度", "")


@case()
def answers_in_the_cells_of_their_labels(s: Worksheet) -> None:
    for label, answer in (("A6", "B6"), ("C6", "D6"), ("E6", "F6")):
        s[label].value, s[answer].value = f"{s[label].value}：{s[answer].value}", None


@case()
def codes_and_labels_in_one_cell(s: Worksheet) -> None:
    for c in range(3, 21):
        if s.cell(23, c).value:
            s.cell(23, c).value = f"{s.cell(22, c).value}\n{s.cell(23, c).value}"
            s.cell(22, c).value = None


@case()
def codes_below_labels(s: Worksheet) -> None:
    for c in range(3, 21):
        if s.cell(23, c).value:
            s.cell(22, c).value, s.cell(23, c).value = s.cell(23, c).value, s.cell(22, c).value


@case()
def codes_as_numbers(s: Worksheet) -> None:
    for cell in s[22]:
        if isinstance(cell.value, str) and len(cell.value) == 1:
            cell.value = ord(cell.value) - ord("①") + 1


@case()
def part_and_measure_in_one_cell(s: Worksheet) -> None:
    for r, part in zip(range(24, 28), ("過年度", "過年度", "現年度", "現年度"), strict=True):
        s.cell(r, 1).value, s.cell(r, 2).value = part + s.cell(r, 2).value, None


@case()
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


@case()
def a_third_block_of_totals(s: Worksheet) -> None:
    s.insert_rows(28, 2)
    s["A28"].value, s["B28"].value, s["B29"].value = "合計", "未収債権の件数", "未収金残高"
    for c in range(3, 22):
        for r in (28, 29):
            s.cell(r, c).value = (s.cell(r - 4, c).value or 0) + (s.cell(r - 2, c).value or 0)


@case()
def totals_beside_the_table(s: Worksheet) -> None:
    s.move_range("A29:H31", rows=-6, cols=23)


@case()
def totals_above_the_table(s: Worksheet) -> None:
    rows = [[cell.value for cell in s[r]] for r in (29, 30, 31)]
    for cell in (cell for r in (29, 30, 31) for cell in s[r]):
        cell.value = None
    s.insert_rows(21, 3)
    for r, row in enumerate(rows, 21):
        for c, value in enumerate(row, 1):
            s.cell(r, c).value = value


@case()
def totals_below_their_labels(s: Worksheet) -> None:
    for r in (32, 31, 30):
        s.insert_rows(r)
    for r in (29, 31, 33):
        s.cell(r + 1, 1).value, s.cell(r, 7).value, s.cell(r, 8).value = (
            s.cell(r, 7).value,
            None,
            None,
        )


@case()
def debtors_in_households(s: Worksheet) -> None:
    s["H29"].value = "世帯"


@case()
def totals_as_formulas_without_results(s: Worksheet) -> None:
    s["G30"].value, s["G31"].value = "=U24+U26", "=U25+U27"


@case()
def computed_columns_empty(s: Worksheet) -> None:
    for c in (cell for r in range(10, 19) for cell in s[r] if cell.column_letter in "DHIJOPQST"):
        c.value = None


@case()
def amounts_with_units(s: Worksheet) -> None:
    for cell in (cell for r in ROWS for cell in s[r]):
        if isinstance(cell.value, int | float) and cell.column_letter not in "IJPQST":
            cell.value = f"{cell.value:,.0f} 千円".replace("-", "△ ")


@case()
def a_ticked_class(s: Worksheet) -> None:
    s["N3"].value = "□強制徴収公債権　□非強制徴収公債権　■私債権"


AS_IT_IS = said(form_with(lambda _: None))


@pytest.mark.parametrize("edit", case.edits.values(), ids=case.edits)
def test_it_says_the_same(edit: Edit) -> None:
    form = form_with(edit)
    assert [(f.rule, f.cell) for f in form.findings if f.severity == "error"] == []
    assert said(form) == AS_IT_IS


def test_a_first_section_without_its_heading_is_read_and_told() -> None:
    form = form_with(lambda s: s.__setitem__("A5", None))
    assert [(f.rule, f.cell) for f in form.findings] == [("damaged_heading", "A5")]
    assert said(form) == AS_IT_IS


def test_a_missing_first_section_is_told() -> None:
    form = form_with(lambda s: [s.__setitem__(c, None) for c in ("A5", "A6", "C6", "E6")])
    assert {(f.rule, f.severity) for f in form.findings} == {("header_value", "warning")}
