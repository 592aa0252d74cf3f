"""The claim list: what a city printed is what lands, however a department lays it out."""

import json
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.edits import Edit, Edits, errors, nothing
from support.workbooks import AMAGASAKI, GOLDEN, saved

from ingest.forms.reading import FormReading
from ingest.worker import read_workbook

PRINTED = json.loads((GOLDEN / "claim_list.json").read_text("utf-8"))
LIST = AMAGASAKI / "債権一覧_令和3年度決算.xlsx"
CLASSES = {"強": "enforceable", "非": "non_enforceable", "私": "private"}
LAST = 80
EDITS = Edits()
LEGIBLE, REFUSED = EDITS.legible_ones, EDITS.refused_ones
legible, refused = EDITS.legible, EDITS.refused


def form_with(edit: Edit) -> FormReading:
    book = load_workbook(LIST)
    edit(book.worksheets[0])
    (form,) = read_workbook("提出.xlsx", saved(book)).forms
    return form


def said(form: FormReading) -> list[object]:
    cells = sorted((c.item, c.measure, c.number, c.text or "") for c in form.cells)
    return [(form.subject, form.fiscal_year), *cells]


AS_IT_IS = said(form_with(nothing))


def test_every_claim_is_the_one_that_was_printed() -> None:
    form = form_with(nothing)
    landed = {(c.item, c.measure): c for c in form.cells if c.block == "claim_list"}
    assert len(landed) == len(PRINTED) * 5
    for row in PRINTED:
        item = str(row["no"])
        assert landed[item, "claim_name"].text == row["claim"]
        assert landed[item, "uncollected"].number == row["amount_k"] * 1000
        assert landed[item, "bureau"].text == row["bureau"]
        assert landed[item, "section"].text == row["section"]
        kinds = ",".join(c for k, c in CLASSES.items() if k in row["kinds"])
        assert landed[item, "claim_classes"].text == kinds


def test_the_list_says_what_it_speaks_of_and_has_no_fault() -> None:
    form = form_with(nothing)
    assert form.findings == []
    assert (form.subject, form.period, form.unit_yen) == ("全市", "2021", 1000)
    (total,) = (c for c in form.cells if c.block == "total")
    assert (total.item, total.measure, total.cell) == ("", "uncollected", "C81")
    assert total.number == sum(row["amount_k"] for row in PRINTED) * 1000


def amounts(s: Worksheet, change: Callable[[int], object]) -> None:
    for r in range(5, 82):
        s[f"C{r}"].value = change(int(s[f"C{r}"].value.replace(",", "").removesuffix("千円")))


@legible
def amounts_as_numbers(s: Worksheet) -> None:
    amounts(s, lambda n: n)
    s["F3"].value = "（単位：千円）"


@legible
def unit_in_the_heading(s: Worksheet) -> None:
    amounts(s, lambda n: n)
    s["C4"].value = "収入未済額\n（千円）"


@legible
def in_yen(s: Worksheet) -> None:
    amounts(s, lambda n: n * 1000)
    s["F3"].value = "(単位:円)"


@legible
def yen_behind_the_figures(s: Worksheet) -> None:
    amounts(s, lambda n: f"{n * 1000:,}円")


@legible
def full_width(s: Worksheet) -> None:
    wide = str.maketrans("0123456789,", "０１２３４５６７８９，")
    amounts(s, lambda n: f"{n:,}千円".translate(wide))


@legible
def without_a_legend(s: Worksheet) -> None:
    s["A2"].value = None


@legible
def classes_in_full(s: Worksheet) -> None:
    names = {"強": "強制徴収公債権", "非": "非強制徴収公債権", "私": "私債権"}
    for r in range(5, LAST + 1):
        s[f"D{r}"].value = "\n".join(names[k] for k in s[f"D{r}"].value.split("・"))


@legible
def departments_and_rooms(s: Worksheet) -> None:
    s["E4"].value, s["F4"].value = "部", "課・室"


@legible
def other_words_for_headings(s: Worksheet) -> None:
    for cell, words in zip(
        s[4], ("№", "債 権 名", "未収金残高", "債権区分", "所管局", "所管課名"), strict=True
    ):
        cell.value = words


@legible
def a_heading_of_two_lines(s: Worksheet) -> None:
    s.insert_rows(4)
    for c in "ABCD":
        s[f"{c}4"].value, s[f"{c}5"].value = s[f"{c}5"].value, None
    s["E4"].value = "所管"


@legible
def a_heading_over_three_lines(s: Worksheet) -> None:
    s.insert_rows(4, 2)
    s["C4"].value, s["C5"].value, s["C6"].value = "令和3年度", "収入", "未済額"
    s["E4"].value = "所管"


@legible
def columns_in_another_order(s: Worksheet) -> None:
    for r in range(4, 82):
        row = [s.cell(r, c).value for c in range(1, 7)]
        for c, n in enumerate((0, 4, 5, 1, 3, 2), 1):
            s.cell(r, c).value = row[n]


@legible
def rows_and_columns_between(s: Worksheet) -> None:
    for r in range(10, 0, -1):
        s.insert_rows(r)
    for c in range(6, 0, -1):
        s.insert_cols(c)


@legible
def bureaus_and_sections_written_once(s: Worksheet) -> None:
    for r in range(LAST, 5, -1):
        same = s[f"E{r}"].value == s[f"E{r - 1}"].value
        if same and s[f"F{r}"].value == s[f"F{r - 1}"].value:
            s[f"F{r}"].value = None
        if same:
            s[f"E{r}"].value = None if r % 2 else "〃"


@legible
def numbers_as_text(s: Worksheet) -> None:
    for r in range(5, LAST + 1):
        s[f"A{r}"].value = f"Ｎｏ．{s[f'A{r}'].value}"


@legible
def numbers_left_out(s: Worksheet) -> None:
    for r in range(5, LAST + 1):
        s[f"A{r}"].value = None


@legible
def no_column_of_numbers(s: Worksheet) -> None:
    s.delete_cols(1)
    s["B1"].value = "収入未済額の状況（令和3年度決算に基づく数値）"


@legible
def subtotals_of_bureaus(s: Worksheet) -> None:
    s.insert_rows(6)
    s["B6"].value, s["C6"].value = "資統局計", "1,924,838千円"


@legible
def the_year_of_a_day(s: Worksheet) -> None:
    s["A1"].value = "債権一覧（令和４年５月31日現在）"


@legible
def the_year_in_the_heading(s: Worksheet) -> None:
    s["A1"].value, s["C4"].value = "債権一覧", "令和3年度決算 収入未済額"


@legible
def another_year_beside_the_settlement(s: Worksheet) -> None:
    s["F1"].value = "令和4年度 第1回対策会議 資料2"


@legible
def no_title_but_the_year(s: Worksheet) -> None:
    s["A1"].value = "令和3年度決算"


@legible
def remarks_below(s: Worksheet) -> None:
    s["A83"].value = "※ 端数処理のため合計が一致しないことがある。"


@legible
def a_total_called_by_one_letter(s: Worksheet) -> None:
    s["B81"].value = "計"


@refused(("unit", "C5"))
def no_unit_at_all(s: Worksheet) -> None:
    amounts(s, lambda n: n)


@refused(("thousandfold", "C5"))
def in_yen_under_another_unit(s: Worksheet) -> None:
    amounts(s, lambda n: n * 1000)
    s["F3"].value = "(単位:千円)"


@refused(("grand_total", "C81"))
def a_wrong_total(s: Worksheet) -> None:
    s["C81"].value = "6,072,363千円"


@refused(("grand_total", "C81"))
def a_claim_too_few(s: Worksheet) -> None:
    s.delete_rows(40)
    s.insert_rows(40)


@refused(("grand_total", "B82"))
def a_claim_below_the_total(s: Worksheet) -> None:
    for c, value in enumerate((77, "道路損害金", "5千円", "私", "都整", "道路課"), 1):
        s.cell(82, c).value = value


@refused(("header_value", "B7"))
def a_claim_without_its_name(s: Worksheet) -> None:
    s["B7"].value = None


@refused(("header_value", "A7"))
def a_claim_without_its_number(s: Worksheet) -> None:
    s["A7"].value = None


@refused(("duplicate_claim", "A7"))
def a_number_twice(s: Worksheet) -> None:
    s["A7"].value = 2


@refused(("header_value", "C7"))
def a_claim_without_its_amount(s: Worksheet) -> None:
    s["C7"].value = None


@refused(("unreadable_number", "C7"))
def an_amount_under_inquiry(s: Worksheet) -> None:
    s["C7"].value = "調査中"


@refused(("header_value", "D7"))
def a_class_nobody_knows(s: Worksheet) -> None:
    s["D7"].value = "公"


def _insert(s: Worksheet, row: int, *cells: object) -> None:
    s.insert_rows(row)
    for column, value in enumerate(cells, 1):
        s.cell(row, column).value = value


def _no_claim(name: str, amount: str = "5千円") -> Edit:
    return lambda s: _insert(s, 7, None, name, amount, "私", "都整", "道路課")


for _name in (
    "うち個人市民税", "（内訳）個人市民税", "内、延滞金", "市税（再掲）", "前年度", "差引",
    "対前年度増減", "参考",
):  # fmt: skip
    REFUSED[_name] = (_no_claim(_name), {("divided_rows", "B7")})
for _name in ("強制徴収公債権計", "総額", "合計金額", "一般会計計", "計①", "Total"):
    REFUSED[_name] = (_no_claim(_name), {("grand_total", "C7")})


@refused(("grand_total", "B8"))
def a_total_by_an_unknown_name(s: Worksheet) -> None:
    amounts = [int(str(s.cell(r, 3).value).replace(",", "")[:-2]) for r in range(5, 8)]
    for row in range(5, s.max_row):
        s.cell(row, 1).value = None
    _insert(s, 8, None, "全ての債権", f"{sum(amounts)}千円", "私", "都整", "道路課")
    _total_of_all(s)


def _total_of_all(s: Worksheet) -> None:
    rows = range(5, s.max_row)
    amounts = [int(str(s.cell(r, 3).value).replace(",", "")[:-2]) for r in rows]
    s.cell(s.max_row, 3).value = f"{sum(amounts):,}千円"


@refused(("duplicate_claim", "B8"))
def one_claim_of_an_owner_spelt_otherwise(s: Worksheet) -> None:
    owner = str(s["F7"].value)
    _insert(s, 8, 77, s["B7"].value, "5千円", "私", s["E7"].value, f"{owner[:1]}　{owner[1:]}")
    _total_of_all(s)


@refused(("several_forms", "B7"))
def a_second_table_of_another_year(s: Worksheet) -> None:
    s.insert_rows(6, 2)
    s["A6"].value = "収入未済額の状況（令和2年度決算に基づく数値）"
    for column in range(1, 7):
        s.cell(7, column).value = s.cell(4, column).value


@refused(("unit", "C5"))
def a_second_unit_below_the_heading(s: Worksheet) -> None:
    amounts(s, lambda n: n)
    s["F3"].value = "(単位:千円)"
    _insert(s, 5, None, None, "〔円〕")


@refused(("fiscal_year", "A2"))
def a_day_of_another_year(s: Worksheet) -> None:
    s["A2"].value = "令和5年3月31日現在"


@refused(("ambiguous_heading", "C4"))
def only_what_was_carried_over(s: Worksheet) -> None:
    _insert(s, 5, None, None, "うち滞納繰越分")


@refused(("several_forms", "B8"))
def a_second_table_whose_heading_says_otherwise(s: Worksheet) -> None:
    s.insert_rows(8)
    for column in range(1, 7):
        s.cell(8, column).value = s.cell(4, column).value
    s["C8"].value = "不納欠損額"


@refused(("several_forms", "B9"))
def a_second_table_in_another_unit(s: Worksheet) -> None:
    s.insert_rows(8, 2)
    s["F8"].value = "(単位:円)"
    for column in range(1, 7):
        s.cell(9, column).value = s.cell(4, column).value


@refused(("unit", "C5"))
def a_remark_is_no_unit(s: Worksheet) -> None:
    amounts(s, lambda n: n)
    s["A84"].value = "※端数処理により円単位では一致しない。"


@refused(("unit", "A84"))
def a_remark_that_says_another_unit(s: Worksheet) -> None:
    s["F3"].value = "(単位:千円)"
    s["A84"].value = "※金額の単位は円です。"


@legible
def the_list_goes_on_on_the_next_page(s: Worksheet) -> None:
    s.insert_rows(40, 3)
    s["A40"].value, s["F41"].value = "別紙2（続き）", "出力日：2022/8/1"
    for column in range(1, 7):
        s.cell(42, column).value = s.cell(4, column).value


@legible
def a_title_with_the_year_of_the_paper(s: Worksheet) -> None:
    s["A1"].value = "令和4年度債権一覧（令和3年度決算）"


@legible
def a_title_with_the_session(s: Worksheet) -> None:
    s["A1"].value = "令和4年9月議会 債権一覧（2021年度決算）"


@refused(("fiscal_year", None))
def a_title_of_two_years(s: Worksheet) -> None:
    s["A1"].value = "収入未済額の状況（令和2～3年度決算）"


@legible
def printed_later(s: Worksheet) -> None:
    s["A3"].value = "作成日：令和5年1月15日現在"


HONEST = (
    "前年度国庫負担金返還金", "参考図書弁償金", "差引過不足返納金", "うちわ販売代金",
    "内水面使用料", "温度計弁償金", "活動量計", "水道メーター計", "資料複写料",
    "市民病院", "病院事業会計", "（国保）返納金", "・市税", "農業委員会", "前年度", "総額",
)  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_a_line_with_a_number_and_a_class_is_a_claim_whatever_it_is_called(name: str) -> None:
    form = form_with(lambda s: setattr(s["B7"], "value", name))
    assert errors(form) == set()
    assert name in {c.text for c in form.cells}
    blank = form_with(lambda s: (setattr(s["B7"], "value", name), setattr(s["C7"], "value", None)))
    assert ("header_value", "C7") in errors(blank)


@pytest.mark.parametrize("name", HONEST[:9])
def test_nor_is_it_a_part_or_a_total_without_a_number(name: str) -> None:
    def edit(s: Worksheet) -> None:
        for row in range(5, 81):
            s.cell(row, 1).value = None
        s["B7"].value = name

    assert errors(form_with(edit)) == set()


@legible
def kinds_merged_over_claims(s: Worksheet) -> None:
    same = next(r for r in range(5, 80) if s.cell(r, 4).value == s.cell(r + 1, 4).value)
    s.merge_cells(start_row=same, end_row=same + 1, start_column=4, end_column=4)


@legible
def groups_and_ends_in_their_own_words(s: Worksheet) -> None:
    for row, words in ((5, "強制徴収公債権"), (9, "一般会計"), (s.max_row + 2, "以下余白")):
        s.insert_rows(row)
        s.cell(row, 2).value = words


@refused(("fiscal_year", None))
def no_year(s: Worksheet) -> None:
    s["A1"].value = "債権一覧"


@refused(("fiscal_year", "F1"))
def two_settlements(s: Worksheet) -> None:
    s["F1"].value = "令和2年度決算"


@refused(("missing_heading", "D4"))
def a_column_too_few(s: Worksheet) -> None:
    s.delete_cols(4)


@refused(("missing_row", "A5"))
def no_claims(s: Worksheet) -> None:
    s.delete_rows(5, 77)


@pytest.mark.parametrize("edit", LEGIBLE.values(), ids=LEGIBLE)
def test_it_says_the_same(edit: Edit) -> None:
    form = form_with(edit)
    assert errors(form) == set()
    assert said(form) == AS_IT_IS


@pytest.mark.parametrize(("edit", "expected"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_for_one_reason(edit: Edit, expected: set[tuple[str, str | None]]) -> None:
    assert errors(form_with(edit)) == expected


@pytest.mark.parametrize(
    ("edit", "rule", "cell"),
    [
        (lambda s: s.__setitem__("G4", "回収見込"), "unknown_column", "G4"),
        (lambda s: s.delete_cols(5), "missing_heading", "E4"),
        (lambda s: s.__setitem__("C5", "1,924,838,000円"), "unit", "C5"),
    ],
    ids=["a column too many", "no column of bureaus", "another unit once"],
)
def test_what_can_be_read_but_is_odd_is_warned_of(edit: Edit, rule: str, cell: str) -> None:
    form = form_with(edit)
    assert [(f.rule, f.severity, f.cell) for f in form.findings] == [(rule, "warning", cell)]


def test_remarks_go_nowhere_but_to_the_narrative() -> None:
    def edit(s: Worksheet) -> None:
        s["G4"].value, s["G5"].value = "備考", "見本太郎 分納中"

    form = form_with(edit)
    assert [(c.item, c.text) for c in form.narrative] == [("1", "見本太郎 分納中")]
    assert said(form) == AS_IT_IS
