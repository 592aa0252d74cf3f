"""However a department lays out and labels header and section 2, they say the same."""

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from support.rearranged import ROWS, Cases, Edit, form_with, in_yen, said

WORDS = ["実績", "実績", "修正目標", "実績", "当初目標", "修正目標", "当初目標"]
YEARS = [2017, 2018, 2019, 2019, 2020, 2020, 2021]
HEADER = [("A", "B"), ("E", "F"), ("I", "J"), ("M", "N"), ("Q", "R")]
case = Cases()


@case()
def columns_between(s: Worksheet) -> None:
    for c in range(21, 0, -1):
        s.insert_cols(c)


@case()
def rows_between(s: Worksheet) -> None:
    for r in range(42, 0, -1):
        s.insert_rows(r)


@case()
def header_labels_above(s: Worksheet) -> None:
    pairs = [(s[f"{a}3"].value, s[f"{b}3"].value) for a, b in HEADER]
    for cell in s[3]:
        cell.value = None
    for n, (label, value) in enumerate(pairs):
        s.cell(3, 1 + 2 * n).value, s.cell(4, 1 + 2 * n).value = label, value
    s["P3"].value = "作成日 R2.7.1"  # no name, although it stands to the right of 債権名


@case()
def header_in_one_column(s: Worksheet) -> None:
    pairs = [(s[f"{a}3"].value, s[f"{b}3"].value) for a, b in HEADER]
    for cell in s[3]:
        cell.value = None
    s.insert_rows(4, 5)
    for n, (label, value) in enumerate(pairs):
        s.cell(3 + n, 1).value, s.cell(3 + n, 4).value = label, value


@case()
def header_in_one_cell(s: Worksheet) -> None:
    for (a, b), gap in zip(HEADER, "　\n：: ", strict=True):
        s[f"{a}3"].value, s[f"{b}3"].value = f"{s[f'{a}3'].value}{gap}{s[f'{b}3'].value}", None


@case()
def other_words_for_labels(s: Worksheet) -> None:
    words = ("所属名", "担当課", "債権番号", "債権の区分", "債 権 名")
    for (a, _), word in zip(HEADER, words, strict=True):
        s[f"{a}3"].value = word
    for cell in s[10]:
        changed = {"徴収額": "収入済額", "未収金残高": "収入未済額", "徴収率": "収納率"}
        cell.value = changed.get(cell.value, cell.value)


@case()
def symbol_before_its_label(s: Worksheet) -> None:
    for c in range(3, 22):
        symbol = s.cell(11, c).value.partition("\n")[0]
        s.cell(10, c).value, s.cell(11, c).value = f"{symbol} {s.cell(10, c).value}", None


@case()
def symbols_above_labels(s: Worksheet) -> None:
    for c in range(3, 22):
        s.cell(10, c).value, s.cell(11, c).value = s.cell(11, c).value, s.cell(10, c).value


@case()
def labels_over_two_rows(s: Worksheet) -> None:
    s.insert_rows(11)
    for c in range(3, 22):
        words = "".join(s.cell(10, c).value.split())
        half = len(words) // 2
        s.cell(10, c).value, s.cell(11, c).value = words[:half], words[half:]


@case()
def group_names_in_the_middle(s: Worksheet) -> None:
    for old, new in (("C9", "G9"), ("L9", "O9"), ("S9", "T9")):
        s[new].value, s[old].value = s[old].value, None


@case()
def headings_again_inside(s: Worksheet) -> None:
    s.insert_rows(15, 3)
    for old, new in ((9, 15), (10, 16), (11, 17)):
        for c in range(1, 22):
            s.cell(new, c).value = s.cell(old, c).value


@case()
def units_behind_labels(s: Worksheet) -> None:
    for cell in s[10]:
        cell.value = (
            f"{cell.value}\n(千円)" if cell.value and "率" not in cell.value else cell.value
        )
    s["B24"].value = s["B26"].value = "件数（件）"


@case()
def two_digit_years(s: Worksheet) -> None:
    for r, year, word in zip(ROWS, (29, 30, 31, 31, 32, 32, 33), WORDS, strict=True):
        s.cell(r, 2).value = f"{year}年度 {word}"


@case()
def western_years_as_numbers(s: Worksheet) -> None:
    s.insert_cols(3)
    for r, year, word in zip(ROWS, YEARS, WORDS, strict=True):
        s.cell(r, 1).value, s.cell(r, 2).value, s.cell(r, 3).value = None, year, word


@case()
def years_merged_down(s: Worksheet) -> None:
    s.insert_cols(3)
    for n, (r, word) in enumerate(zip(ROWS, WORDS, strict=True)):
        year = f"{YEARS[n]}年度" if n == 0 or YEARS[n] != YEARS[n - 1] else None
        s.cell(r, 1).value, s.cell(r, 2).value, s.cell(r, 3).value = None, year, word


@case()
def notes_among_the_figures(s: Worksheet) -> None:
    s["C19"].value = "※ 百円単位を四捨五入、令和２年度は見込み"
    s.insert_rows(14)
    s["D14"].value = "※修正目標は対策会議で決定"


@case()
def yen_in_the_headings(s: Worksheet) -> None:
    in_yen(s)
    for cell in s[10]:
        cell.value = f"{cell.value}(円)" if cell.value and "率" not in cell.value else cell.value


@case()
def yen_in_brackets(s: Worksheet) -> None:
    in_yen(s)
    s["S8"].value = "（円）"


AS_IT_IS = said(form_with(lambda _: None))


@pytest.mark.parametrize("edit", case.edits.values(), ids=case.edits)
def test_it_says_the_same(edit: Edit) -> None:
    form = form_with(edit)
    assert [(f.rule, f.cell) for f in form.findings if f.severity == "error"] == []
    assert said(form) == AS_IT_IS
