"""債権管理推進シート as departments rearrange it, and what each rule says at which cell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.edits import Edit, errors, nothing
from support.workbooks import saved

from ingest.forms.reading import FormReading
from ingest.templates import Dialect, draw
from ingest.templates.pen import Key, Value
from ingest.worker import read_workbook

REAL = Path(__file__).parents[2] / "data" / "amagasaki" / "債権管理推進シート.xlsx"
PLAIN, SCOPED = "住宅家賃", "市税"
Fault = tuple[str, str | None]


def workbook_with(edit: Edit, claim: str = PLAIN) -> bytes:
    """One real sheet in a workbook of its own, without merged cells, changed."""
    book = load_workbook(REAL)
    for sheet in book.worksheets:
        if sheet.title != claim:
            book.remove(sheet)
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    edit(sheet)
    return saved(book)


def form_with(edit: Edit, claim: str = PLAIN) -> FormReading:
    (form,) = read_workbook("提出.xlsx", workbook_with(edit, claim)).forms
    return form


def said(form: FormReading) -> list[object]:
    cells = sorted(
        (c.block, c.measure, c.fiscal_year or 0, c.number, c.text or "") for c in form.cells
    )
    header = (form.subject, form.claim_classes, form.fiscal_year)
    return [header, *cells, *sorted({(c.item, c.text) for c in form.narrative})]


def warnings(form: FormReading) -> set[Fault]:
    return {(f.rule, f.cell) for f in form.findings if f.severity == "warning"}


AS_IT_IS = said(form_with(nothing))
LEGIBLE: dict[str, Edit] = {}
REFUSED: dict[str, tuple[Edit, set[Fault]]] = {}
REMARKED: dict[str, tuple[Edit, set[Fault]]] = {}


def legible(edit: Edit) -> Edit:
    LEGIBLE[getattr(edit, "__name__", "")] = edit
    return edit


def kept(into: dict[str, tuple[Edit, set[Fault]]], *faults: Fault) -> Callable[[Edit], Edit]:
    def keep(edit: Edit) -> Edit:
        into[getattr(edit, "__name__", "")] = (edit, set(faults))
        return edit

    return keep


def figures(s: Worksheet, first: int = 10, last: int = 21) -> list[tuple[int, int]]:
    return [
        (r, c)
        for r in range(first, last + 1)
        for c in range(3, 8)
        if isinstance(s.cell(r, c).value, int | float)
    ]


@legible
def rows_and_columns_between(s: Worksheet) -> None:
    for r in (27, 25, 24, 19, 16, 13, 10, 9, 1):
        s.insert_rows(r)
    for c in (6, 3, 2, 1):
        s.insert_cols(c)


@legible
def labels_in_one_cell(s: Worksheet) -> None:
    part = ""
    for r in range(10, 19):
        part = s.cell(r, 1).value or part
        s.cell(r, 1).value, s.cell(r, 2).value = f"{part}　{s.cell(r, 2).value}", None


@legible
def labels_with_the_part_behind(s: Worksheet) -> None:
    part = ""
    for r in range(10, 19):
        part = s.cell(r, 1).value or part
        beside = part if part == "計" else f"{part}分"
        s.cell(r, 1).value, s.cell(r, 2).value = f"{s.cell(r, 2).value}（{beside}）", None


@legible
def other_words(s: Worksheet) -> None:
    for r, words in {
        10: "現年度分",
        13: "滞納繰越分",
        16: "合　計",
        25: "現年度",
        26: "滞納\n繰越分",
    }.items():
        s.cell(r, 1).value = words
    for r in (11, 14, 17):
        s.cell(r, 2).value = "収納額"
    for r in (12, 15, 18, 25, 26):
        s.cell(r, 2).value = "徴収率（％）"
    s["A19"].value, s["A20"].value, s["A27"].value = "不納欠損", "収入未済額", "目標額（円）"


@legible
def other_words_again(s: Worksheet) -> None:
    for r, words in {11: "収入額", 14: "徴収額(B)", 17: "③収入済額", 12: "収納率(B/A)"}.items():
        s.cell(r, 2).value = words
    s["A8"].value, s["A23"].value, s["A5"].value = "２　収入状況", "(4) 今後の目標", "Ⅰ 概要"


@legible
def grouped_by_measure(s: Worksheet) -> None:
    rows = {
        r: [(s.cell(r, c).value, s.cell(r, c).number_format) for c in range(3, 8)]
        for r in range(10, 19)
    }
    target = 10
    for measure, label in enumerate(("調定額", "収入済額", "収納率")):
        for n, part in enumerate(("現年", "滞納繰越", "計")):
            s.cell(target, 1).value = label if n == 0 else None
            s.cell(target, 2).value = part
            for c, (value, number_format) in enumerate(rows[10 + 3 * n + measure], 3):
                s.cell(target, c).value = value
                s.cell(target, c).number_format = number_format
            target += 1


@legible
def figures_as_text(s: Worksheet) -> None:
    wide = str.maketrans("0123456789,", "０１２３４５６７８９，")
    for r, c in figures(s):
        value = s.cell(r, c).value
        s.cell(r, c).value = (
            f"{value:.2%}" if isinstance(value, float) else f"{value:,}".translate(wide)
        )


@legible
def amounts_with_their_unit(s: Worksheet) -> None:
    for r, c in figures(s):
        value = s.cell(r, c).value
        if isinstance(value, int) and r != 21:
            s.cell(r, c).value = f"{value:,}円"


@legible
def rates_as_percentages(s: Worksheet) -> None:
    for r, c in figures(s):
        value = s.cell(r, c).value
        if isinstance(value, float):
            s.cell(r, c).value = round(value * 100, 2)
            s.cell(r, c).number_format = "0.00"
    for r in (25, 26):
        for c in range(3, 8):
            s.cell(r, c).value = float(s.cell(r, c).value.rstrip("%"))


@legible
def targets_as_numbers(s: Worksheet) -> None:
    for c in range(3, 8):
        for r in (25, 26):
            s.cell(r, c).value = round(float(s.cell(r, c).value.rstrip("%")) / 100, 4)
        s.cell(27, c).value = int(s.cell(27, c).value.replace(",", "").removesuffix(" 円"))


@legible
def years_in_other_words(s: Worksheet) -> None:
    for c, words in zip(
        "CDEFG", ("平29", "Ｈ３０年度", "令和元年度決算", "R2(2020)", "2021年度"), strict=True
    ):
        s[f"{c}9"].value = words
    for c, year in zip("CDEFG", range(2023, 2028), strict=True):
        s[f"{c}24"].value = year


@legible
def years_on_two_lines(s: Worksheet) -> None:
    s.insert_rows(10)
    for c in "CDEFG":
        s[f"{c}9"].value, s[f"{c}10"].value = s[f"{c}9"].value.split("\n")


@legible
def newest_year_first(s: Worksheet) -> None:
    for r in range(9, 22):
        values = [s.cell(r, c).value for c in range(3, 8)]
        for c, value in zip(range(7, 2, -1), values, strict=True):
            s.cell(r, c).value = value


@legible
def in_two_halves(s: Worksheet) -> None:
    """The upper and the lower rows in tables of their own, each below its years."""
    s.insert_rows(19, 2)
    for c in range(3, 8):
        s.cell(20, c).value = s.cell(9, c).value


@legible
def another_table_between(s: Worksheet) -> None:
    s.insert_rows(23, 5)
    s["A23"].value = "4. 滞納処分の状況"
    for c in range(3, 8):
        s.cell(24, c).value, s.cell(25, c).value = s.cell(9, c).value, 10 + c
    s["A25"].value = "差押"


@legible
def title_and_sections_left_out(s: Worksheet) -> None:
    s["A1"].value = s["A8"].value = s["A23"].value = s["G8"].value = None


@legible
def header_below_its_labels(s: Worksheet) -> None:
    s["B3"].value = s["E3"].value = None
    s["A4"].value, s["D4"].value = "住宅家賃", "住宅管理担当"


@legible
def blanks_for_zero(s: Worksheet) -> None:
    s["C19"].value = "－"


@pytest.mark.parametrize("edit", LEGIBLE.values(), ids=LEGIBLE)
def test_it_says_the_same(edit: Edit) -> None:
    form = form_with(edit)
    assert errors(form) == set()
    assert said(form) == AS_IT_IS


def test_in_thousands_amounts_are_the_same_to_the_thousand() -> None:
    def thousands(s: Worksheet) -> None:
        s["G8"].value = "（単位：千円）"
        for r, c in figures(s):
            if r not in (12, 15, 18, 21):
                s.cell(r, c).value = 1000 * round(s.cell(r, c).value / 1000)
        for r, c in figures(s):  # so that the parts add up
            if r in (16, 17):
                s.cell(r, c).value = s.cell(r - 6, c).value + s.cell(r - 3, c).value
        for c in range(3, 8):
            s.cell(20, c).value = s.cell(16, c).value - s.cell(17, c).value - s.cell(19, c).value
        for r, c in figures(s):
            if r not in (12, 15, 18, 21):
                s.cell(r, c).value //= 1000

    form = form_with(thousands)
    assert errors(form) == set()
    assert form.unit_yen == 1000
    landed = {(c.measure, c.fiscal_year): c.number for c in form.cells if c.fiscal_year}
    assert landed["assessed_current", 2021] == 2_638_956_000
    assert landed["debtors", 2021] == 1017
    assert landed["uncollected_target", 2027] == 275_376_457  # its own name says 円


@pytest.mark.parametrize("years", [1, 3, 4])
def test_fewer_years(years: int) -> None:
    def shorten(s: Worksheet) -> None:
        for row in s.iter_rows(9, 27, 3 + years, 7):
            for cell in row:
                cell.value = None

    form = form_with(shorten)
    assert errors(form) == set()
    assert form.fiscal_year == 2016 + years
    assert {c.fiscal_year for c in form.cells if c.block == "settlement_target"} == set(
        range(2023, 2023 + years)
    )


def test_more_years() -> None:
    def lengthen(s: Worksheet) -> None:
        s["H9"].value = "令和4年度\n(2022年度)"
        for r in range(10, 22):
            s.cell(r, 8).value = s.cell(r, 7).value

    form = form_with(lengthen)
    assert errors(form) == set()
    assert form.fiscal_year == 2022


def test_a_year_not_filled_in_is_not_landed() -> None:
    def without_the_first(s: Worksheet) -> None:
        for r in range(10, 22):
            s.cell(r, 3).value = None

    form = form_with(without_the_first)
    assert errors(form) == set()
    assert form.fiscal_year == 2021
    assert not [c for c in form.cells if c.fiscal_year == 2017]


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("滞納世帯数(単位：世帯)", "世帯"), ("件数", "件"), ("滞納件数（件）", "件"),
        ("滞納者数", "人"), ("債務者数(人)", "人"),
    ],
)  # fmt: skip
def test_debtors_are_counted_in_their_own_unit(label: str, unit: str) -> None:
    form = form_with(lambda s: s.__setitem__("A21", label))
    assert [c.text for c in form.cells if c.measure == "debtor_unit"] == [unit]
    assert [c.number for c in form.cells if c.measure == "debtors"] == [951, 965, 1100, 1042, 1017]


def test_remarks_go_to_the_narrative_alone() -> None:
    def remark(s: Worksheet) -> None:
        s["H9"].value, s["H20"].value = "備考", "見本太郎 分納中"

    form = form_with(remark)
    assert ("備考", "見本太郎 分納中") in {(c.item, c.text) for c in form.narrative}
    assert "見本太郎 分納中" not in {c.text for c in form.cells}
    assert warnings(form) == {("residual", "G13")}


@kept(REFUSED, ("parts", "D16"))
def parts_that_do_not_add_up(s: Worksheet) -> None:
    s["D10"].value += 1


@kept(REFUSED, ("ambiguous_heading", "G9"))
def a_target_among_the_results(s: Worksheet) -> None:
    s["G9"].value = "令和3年度目標値"


@kept(REFUSED, ("ambiguous_heading", "G9"))
def a_guess_among_the_results(s: Worksheet) -> None:
    s["G9"].value = "令和3年度見込"


@kept(REFUSED, ("parts", "E14"))
def a_part_left_out(s: Worksheet) -> None:
    s["E14"].value = None


@kept(REFUSED, ("computed_amount", "F20"))
def a_rest_that_does_not_follow(s: Worksheet) -> None:
    s["F20"].value += 1


@kept(REFUSED, ("computed_amount", "E19"))
def a_write_off_left_out(s: Worksheet) -> None:
    s["E19"].value = None


@kept(REFUSED, ("computed_amount", "C20"), ("computed_amount", "D20"))
def two_of_five_years_wrong(s: Worksheet) -> None:
    s["C20"].value += 5
    s["D20"].value += 7


@kept(REFUSED, *(("computed_amount", f"{c}20") for c in "CDEFG"))
def less_owed_than_there_can_be(s: Worksheet) -> None:
    for c in "CDEFG":
        s[f"{c}20"].value -= 1_000_000


@kept(REFUSED, ("unreadable_number", "E13"))
def an_amount_under_inquiry(s: Worksheet) -> None:
    s["E13"].value = "調査中"


@kept(REFUSED, ("unreadable_number", "D12"))
def a_rate_that_is_none(s: Worksheet) -> None:
    s["D12"].value = "約99"


@kept(REFUSED, ("unreadable_number", "E27"))
def a_target_to_be_set(s: Worksheet) -> None:
    s["E27"].value = "検討中"


@kept(REFUSED, ("uncached_formula", "D14"))
def a_formula_without_its_result(s: Worksheet) -> None:
    s["D14"].value = "=Z1"


@kept(REFUSED, ("fiscal_year", "D9"))
def years_that_disagree(s: Worksheet) -> None:
    s["D9"].value = "平成30年度\n(2019年度)"


@kept(REFUSED, ("fiscal_year", "E9"))
def a_year_twice(s: Worksheet) -> None:
    s["E9"].value = "平成30年度\n(2018年度)"


@kept(REFUSED, ("fiscal_year", "G9"))
def a_year_skipped(s: Worksheet) -> None:
    s["G9"].value = "令和4年度\n(2022年度)"


@kept(REFUSED, ("fiscal_year", "F9"))
def a_year_without_its_era(s: Worksheet) -> None:
    s["F9"].value = "2年度"


@kept(REFUSED, ("fiscal_year", "E24"))
def a_year_of_targets_left_out(s: Worksheet) -> None:
    s["E24"].value = None


@kept(REFUSED, ("unknown_row_label", "A13"))
def a_part_without_its_name(s: Worksheet) -> None:
    s["A13"].value = None


@kept(REFUSED, ("unknown_row_label", "B11"))
def a_row_of_another_name(s: Worksheet) -> None:
    s["B11"].value = "収支額"


@kept(REFUSED, ("missing_row", "A10"))
def a_row_too_few(s: Worksheet) -> None:
    s.delete_rows(19)


@kept(REFUSED, ("missing_row", "C10"))
def nothing_but_names(s: Worksheet) -> None:
    for r, c in figures(s):
        s.cell(r, c).value = None


@kept(REFUSED, ("header_value", "B3"))
def no_claim(s: Worksheet) -> None:
    s["B3"].value = None


@kept(REFUSED, ("unit", "G8"))
def two_units(s: Worksheet) -> None:
    s["C8"].value = "(単位：千円)"


@kept(REFUSED, ("several_forms", "A43"))
def two_sheets_on_one(s: Worksheet) -> None:
    for cell in [cell for row in s["A1:G28"] for cell in row if cell.value is not None]:
        s.cell(cell.row + 40, cell.column).value = cell.value


@pytest.mark.parametrize(("edit", "expected"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_for_its_own_reason(edit: Edit, expected: set[Fault]) -> None:
    assert errors(form_with(edit)) == expected


@kept(REMARKED, ("computed_rate", "D15"))
def a_rate_that_does_not_follow(s: Worksheet) -> None:
    s["D15"].value = 0.0999


@kept(REMARKED, ("computed_rate", "D15"))
def a_rate_cut_off_instead_of_rounded(s: Worksheet) -> None:
    s["D15"].value = "9.99%"


@kept(REMARKED, ("header_value", "D21"))
def debtors_left_out(s: Worksheet) -> None:
    s["D21"].value = None


@kept(REMARKED, ("header_value", "D26"))
def a_target_left_out(s: Worksheet) -> None:
    s["D26"].value = None


@kept(REMARKED, ("unknown_row_label", "A22"))
def a_row_of_ones_own(s: Worksheet) -> None:
    s["A22"].value, s["C22"].value = "うち分納者", 12


@kept(REMARKED, ("unknown_column", "H9"))
def a_column_of_ones_own(s: Worksheet) -> None:
    s["H9"].value, s["H10"].value = "前年度比", -1


@kept(REMARKED, ("negative_amount", "D19"))
def a_write_off_taken_back(s: Worksheet) -> None:
    s["D20"].value += 2 * s["D19"].value
    s["D19"].value = f"▲{s['D19'].value:,}"


@kept(REMARKED, ("missing_heading", None))
def no_targets(s: Worksheet) -> None:
    s.delete_rows(23, 6)


@pytest.mark.parametrize(("edit", "expected"), REMARKED.values(), ids=REMARKED)
def test_it_is_kept_with_a_remark(edit: Edit, expected: set[Fault]) -> None:
    form = form_with(edit)
    assert errors(form) == set()
    assert {fault for fault in warnings(form) if fault[0] != "residual"} == expected


def test_quotients_of_excel_are_no_printed_rates() -> None:
    def quotients(s: Worksheet) -> None:
        for row in (12, 15, 18):
            for c in "CDEFG":
                s[f"{c}{row}"].value = s[f"{c}{row - 1}"].value / s[f"{c}{row - 2}"].value
        s["D15"].value += 0.0001

    assert warnings(form_with(quotients)) == {("residual", "G13"), ("computed_rate", "D15")}


def test_residuals_are_named_once_with_their_years_at_the_largest() -> None:
    (told,) = [f for f in form_with(nothing).findings if f.rule == "residual"]
    assert (told.severity, told.cell) == ("warning", "G13")
    residuals = "平成30年度 ▲169,175円、令和元年度 1,274,097円、令和2年度 1,713,772円、令和3年度 "
    assert f"{residuals}▲8,450,285円" in told.message


def test_without_a_residual_nothing_is_said() -> None:
    def carried_exactly(s: Worksheet) -> None:
        for before, c in zip("CDEF", "DEFG", strict=True):
            change = s[f"{before}20"].value - s[f"{c}13"].value
            for row in (13, 16, 10):
                s[f"{c}{row}"].value += change if row != 10 else -change
            s[f"{c}16"].value -= change
        for row in (12, 15, 18):
            for c in "DEFG":
                s[f"{c}{row}"].value = s[f"{c}{row - 1}"].value / s[f"{c}{row - 2}"].value

    assert form_with(carried_exactly).findings == []


def test_a_year_of_the_same_scope_among_others_is_still_another_scope() -> None:
    def one_year_agrees(s: Worksheet) -> None:
        s["C20"].value = s["C16"].value - s["C17"].value - s["C19"].value

    form = form_with(one_year_agrees, SCOPED)
    assert warnings(form) == {("computed_amount", "A20")}
    assert len([c for c in form.cells if c.measure == "uncollected"]) == 5


@pytest.mark.parametrize("computed", ["cached", "uncached", "typed"])
def test_the_template_reads_back(computed: str) -> None:
    values: dict[Key, Value] = {("outline", "", "text"): "【非強制徴収公債権】時効期間：5年"}
    for n, year in enumerate(range(2020, 2025)):
        amounts = (1_000_003 + n, 900_001, 163_602, 50_000 + n, 1_600, 120)
        names = (
            *("assessed_current", "collected_current", "assessed_prior", "collected_prior"),
            *("written_off", "debtors"),
        )
        values |= {("settlement", f"{year}", m): a for m, a in zip(names, amounts, strict=True)}
        values["settlement_target", f"{year + 6}", "rate_current"] = "98.95"
    drawn = draw(
        "promotion",
        municipality_code="999999",
        fiscal_year=2024,
        header={"claim_name": "保育料", "department": "こども課", "debtor_unit": "世帯"},
        values=values,
        dialect=Dialect(computed=computed, left=1, top=2),
    )
    (form,) = read_workbook("提出.xlsx", drawn).forms
    assert errors(form) == set()
    assert (form.subject, form.claim_classes) == ("保育料／こども課", "non_enforceable")
    landed = {(c.measure, c.fiscal_year): c.number or c.text for c in form.cells}
    assert landed["uncollected", 2024] == 1_000_007 + 163_602 - 900_001 - 50_004 - 1_600
    assert landed["debtor_unit", None] == "世帯"
    assert landed["rate_current", 2026] == "98.95"


@pytest.mark.parametrize("computed", ["cached", "uncached"])
def test_a_template_nobody_filled_in_is_passed_over(computed: str) -> None:
    drawn = draw(
        "promotion",
        municipality_code="999999",
        fiscal_year=2024,
        dialect=Dialect(computed=computed),
    )
    reading = read_workbook("提出.xlsx", drawn)
    assert reading.forms == []
    assert [f.rule for f in reading.findings] == ["not_filled_in"] * 2  # the sheet, the file
