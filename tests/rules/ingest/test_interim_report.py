"""The interim report as departments write it: no claim is lost, no total hides one."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.edits import Edit, Edits
from support.workbooks import saved

from ingest.forms.reading import FormReading
from ingest.layout import layout
from ingest.templates import Dialect, draw
from ingest.templates.pen import Key, Value
from ingest.worker import read_workbook

CLAIMS = {"005": "国民健康保険料", "006": "介護保険料", "008": "返還金", "009": "負担金"}
TYPED = [c.name for c in layout("interim").typed if c.kind in ("money", "count")]


def drawn() -> bytes:
    values: dict[Key, Value] = {}
    for n, (number, name) in enumerate(CLAIMS.items(), 1):
        amounts = (1003 * n, 998 * n, 11 * n, 3, 704 * n, 21 * n, 0, 5 + n, 3 + n)
        values |= {
            ("collection", number, "claim_number"): number,
            ("collection", number, "claim_name"): name,
            ("collection", number, "claim_classes"): "強制徴収公債権",
        }
        values |= {("collection", number, m): a for m, a in zip(TYPED, amounts, strict=True)}
    return draw(
        "interim",
        municipality_code="999999",
        as_of=date(2025, 7, 31),
        header={"department": "健康福祉局", "section": "保険年金課"},
        values=values,
        dialect=Dialect(computed="typed"),
    )


DRAWN = drawn()


def form_with(edit: Edit) -> FormReading:
    book = load_workbook(BytesIO(DRAWN))
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    edit(sheet)
    (form,) = read_workbook("提出.xlsx", saved(book)).forms
    return form


def said(form: FormReading) -> list[object]:
    cells = sorted((c.item, c.measure, c.number, c.text or "") for c in form.cells)
    return [(form.department, form.section, form.as_of, form.fiscal_year), *cells]


AS_IT_IS = said(form_with(lambda _: None))
EDITS = Edits()
LEGIBLE, REFUSED = EDITS.legible_ones, EDITS.refused_ones
legible, refused = EDITS.legible, EDITS.refused


def subtotal(s: Worksheet, row: int, rows: range, words: str, column: int = 2) -> None:
    s.insert_rows(row)
    s.cell(row, column).value = words
    for c in range(4, 16):
        s.cell(row, c).value = sum(s.cell(r, c).value or 0 for r in rows)


def total_row(s: Worksheet) -> int:
    return next(r for r in range(1, 60) if s.cell(r, 1).value == "合計")


@legible
def rows_and_columns_between(s: Worksheet) -> None:
    for r in range(12, 0, -1):
        s.insert_rows(r)
    for c in range(16, 0, -1):
        s.insert_cols(c)


@legible
def subtotals_of_sections(s: Worksheet) -> None:
    subtotal(s, 10, range(8, 10), "小　計")
    subtotal(s, 13, range(11, 13), "高齢福祉課計")


@legible
def a_subtotal_called_total(s: Worksheet) -> None:
    subtotal(s, 10, range(8, 10), "合計", 1)


@legible
def running_totals(s: Worksheet) -> None:
    subtotal(s, 10, range(8, 10), "計", 1)
    subtotal(s, 12, range(10, 12), "累計", 3)


@legible
def the_total_on_top(s: Worksheet) -> None:
    row = [cell.value for cell in s[total_row(s)]]
    s.delete_rows(total_row(s))
    s.insert_rows(8)
    for c, value in enumerate(row, 1):
        s.cell(8, c).value = value


@legible
def the_total_without_a_row(s: Worksheet) -> None:
    s.delete_rows(total_row(s))


@legible
def the_total_named_elsewhere(s: Worksheet) -> None:
    r = total_row(s)
    s.cell(r, 1).value, s.cell(r, 3).value = None, "合計（４債権）"


@legible
def remarks_below_the_total(s: Worksheet) -> None:
    r = total_row(s)
    s.cell(r + 3, 1).value, s.cell(r + 4, 2).value = "※ 速報値 12件を含む", "担当 内線1234"


@legible
def the_word_total_in_a_note(s: Worksheet) -> None:
    s["P9"].value = "合計"


@legible
def sections_as_headings(s: Worksheet) -> None:
    s.insert_rows(8)
    s["A8"].value = "保険年金課"
    s.insert_rows(11)
    s["B11"].value = "高齢福祉課"


@legible
def remarks_between_claims(s: Worksheet) -> None:
    s.insert_rows(9)
    s["B9"].value, s["D9"].value = "※ 介護保険料は速報値", "※速報"


@legible
def headings_again_on_the_next_page(s: Worksheet) -> None:
    s.insert_rows(10, 3)
    for old, new in ((5, 10), (6, 11), (7, 12)):
        for c in range(1, 17):
            s.cell(new, c).value = s.cell(old, c).value


@legible
def a_column_of_departments(s: Worksheet) -> None:
    s.insert_cols(1)
    s["A6"].value, s["A8"].value = "課", "保険年金課"


@legible
def balances_left_out(s: Worksheet) -> None:
    for c in (cell for r in range(6, 40) for cell in s[r] if cell.column_letter in "HLM"):
        c.value = None


@legible
def numbers_without_zeros(s: Worksheet) -> None:
    for r in range(8, 12):
        s.cell(r, 1).value = int(s.cell(r, 1).value)


def _as_of(value: object) -> Edit:
    return lambda s: s.__setitem__("I3", value)


LEGIBLE |= {
    f"as_of {value}": _as_of(value)
    for value in ("R7.7.31", "令和７年７月末", "2025/7/31現在", 45869, datetime(2025, 7, 31))  # noqa: DTZ001
}


@legible
def as_of_in_the_title(s: Worksheet) -> None:
    s["A1"].value, s["H3"].value, s["I3"].value = (
        "未収金残高報告（令和７年７月31日現在）",
        None,
        None,
    )
    s["P1"].value = "提出日 令和7年8月20日"


@legible
def department_at_the_side(s: Worksheet) -> None:
    s["A3"].value, s["B3"].value, s["N2"].value = None, None, "所属：健康福祉局"


@legible
def in_yen(s: Worksheet) -> None:
    s["P4"].value = "(単位：円)"
    for cell in (cell for r in range(8, 30) for cell in s[r][3:13]):
        cell.value = cell.value * 1000 if isinstance(cell.value, int | float) else cell.value


@refused(("thousandfold", "D8"))
def in_yen_without_saying_so(s: Worksheet) -> None:
    in_yen(s)
    s["P4"].value = None


def _beside_the_title(words: str) -> Edit:
    return lambda s: setattr(s["A2"], "value", words)


for _words in (
    "令和7年8月15日作成", "作成日 令和7年8月15日現在", "令和7年4月1日～令和7年7月31日",
    "職員数 5人(令和7年4月1日現在)", "令和6年度決算（令和7年5月31日現在）の残高と比べます",
    "前回報告（令和7年1月31日現在）から", "令和7年度", "令和7年7月31日現在",
):  # fmt: skip
    EDITS.legible_ones[_words] = _beside_the_title(_words)


@refused(("header_value", "A2"))
def another_day_below_the_title(s: Worksheet) -> None:
    s["A2"].value = "令和7年10月31日現在"


@refused(("header_value", "A1"))
def a_title_of_another_year(s: Worksheet) -> None:
    s["A1"].value = "令和6年度 未収金残高報告"


@refused(("damaged_heading", "D5"), ("damaged_heading", "I5"))
def groups_that_changed_places(s: Worksheet) -> None:
    s["D5"].value, s["I5"].value = s["I5"].value, s["D5"].value


@refused(("not_as_seen", "F9"))
def one_amount_merged_over_two_claims(s: Worksheet) -> None:
    s["F9"].value = None
    s.merge_cells("F8:F9")


@refused(("not_as_seen", "O8"))
def one_count_merged_over_cases_and_debtors(s: Worksheet) -> None:
    s["O8"].value = None
    s.merge_cells("N8:O8")


@refused(("grand_total", "E10"))
def a_wrong_subtotal(s: Worksheet) -> None:
    subtotal(s, 10, range(8, 10), "小計")
    s["E10"].value += 1


@refused(("grand_total", "A24"))
def a_claim_below_the_total(s: Worksheet) -> None:
    assert total_row(s) == 23
    for c in range(1, 17):
        s.cell(24, c).value = s.cell(11, c).value
    s["A24"].value = "010"


@refused(("header_value", "A9"))
def a_claim_without_its_number(s: Worksheet) -> None:
    s["A9"].value = None


@refused(("header_value", "A9"))
def a_claim_with_nothing_but_its_name(s: Worksheet) -> None:
    for cell in s[9]:
        cell.value = None
    s["B9"].value = "介護保険料"
    s.delete_rows(total_row(s))


@refused(("header_value", "A9"))
def a_number_nobody_knows(s: Worksheet) -> None:
    s["A9"].value = "006-1"


@refused(("uncached_formula", "A9"))
def a_row_of_formulas_without_results(s: Worksheet) -> None:
    for cell in s[9]:
        cell.value = "=Z1"


@refused(("duplicate_claim", "A9"))
def a_claim_twice(s: Worksheet) -> None:
    s["A9"].value = "005"


@refused(("unreadable_number", "E9"))
def an_amount_under_inquiry(s: Worksheet) -> None:
    s["E9"].value = "調査中"


@refused(("unreadable_number", "B9"))
def a_name_that_is_an_error(s: Worksheet) -> None:
    s["B9"].value, s["B9"].data_type = "#N/A", "e"


@refused(("header_value", "I3"))
def another_month(s: Worksheet) -> None:
    s["I3"].value = "令和7年8月31日"


@refused(("header_value", None))
def no_reference_date(s: Worksheet) -> None:
    s["H3"].value = s["I3"].value = None


@refused(("several_forms", "H43"))
def two_reports_on_one_sheet(s: Worksheet) -> None:
    for cell in [cell for row in s["A1:P30"] for cell in row if cell.value is not None]:
        s.cell(cell.row + 40, cell.column).value = cell.value


@refused(("missing_heading", "O6"))
def a_column_too_few(s: Worksheet) -> None:
    s.delete_cols(15)


@pytest.mark.parametrize("edit", LEGIBLE.values(), ids=LEGIBLE)
def test_it_says_the_same(edit: Edit) -> None:
    form = form_with(edit)
    assert [(f.rule, f.cell) for f in form.findings if f.severity == "error"] == []
    assert said(form) == AS_IT_IS


@pytest.mark.parametrize(("edit", "expected"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_for_one_reason(edit: Edit, expected: set[tuple[str, str | None]]) -> None:
    found = [f for f in form_with(edit).findings if f.severity == "error"]
    assert {(f.rule, f.cell) for f in found} == expected


def test_notes_go_nowhere_but_to_the_narrative() -> None:
    form = form_with(lambda s: s.__setitem__("P8", "見本太郎 分納中"))
    assert [(c.item, c.text) for c in form.narrative] == [("005", "見本太郎 分納中")]
    assert said(form) == AS_IT_IS
