"""The plan table: what a city printed is what lands, however a department lays it out."""

import json
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.edits import Edit, Edits, errors, nothing
from support.workbooks import GOLDEN, TSUYAMA, saved

from ingest.forms.reading import FormReading
from ingest.worker import read_workbook

PRINTED = json.loads((GOLDEN / "plan_tables.json").read_text("utf-8"))
RATE, AMOUNT = TSUYAMA / "第1次計画_収納率.xlsx", TSUYAMA / "第1次計画_収入未済額.xlsx"
MEASURES = [
    "baseline_actual",
    "target",
    "actual",
    "next_target",
    "reported_vs_baseline",
    "reported_vs_target",
    "reported_vs_next_target",
]
YEARS = {"baseline_actual": 2016, "target": 2019, "actual": 2019, "next_target": 2020}
EDITS = Edits()
LEGIBLE, REFUSED = EDITS.legible_ones, EDITS.refused_ones
legible, refused = EDITS.legible, EDITS.refused


def form_with(edit: Edit, path: object = AMOUNT) -> FormReading:
    book = load_workbook(str(path))
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    edit(sheet)
    (form,) = read_workbook("提出.xlsx", saved(book)).forms
    return form


def said(form: FormReading) -> list[object]:
    cells = sorted(
        (c.item, c.measure, c.number, c.text or "", c.fiscal_year or 0) for c in form.cells
    )
    return [(form.subject, form.fiscal_year), *cells]


AS_IT_IS = {path: said(form_with(nothing, path)) for path in (AMOUNT, RATE)}


@pytest.mark.parametrize(("name", "path"), [("rate_plan1", RATE), ("amount_plan1", AMOUNT)])
def test_every_figure_is_the_one_that_was_printed(name: str, path: object) -> None:
    form = form_with(nothing, path)
    landed = {(c.item, c.measure): c for c in form.cells}
    items = [
        "total" if row["claim"] == "合計" else str(n) for n, row in enumerate(PRINTED[name], 1)
    ]
    assert {item for item, measure in landed if measure == "actual"} == set(items)
    for item, row in zip(items, PRINTED[name], strict=True):
        assert landed[item, "claim_name"].text == row["claim"]
        assert landed[item, "department"].text == row["department"]
        for measure, printed in zip(MEASURES, row["values"], strict=True):
            cell = landed[item, measure]
            assert cell.fiscal_year == YEARS.get(measure)
            if path == RATE:
                assert cell.number is None
                assert (
                    cell.text is None
                    if printed is None
                    else Decimal(cell.text or "x") == (Decimal(repr(printed)))
                )
            else:
                assert cell.text is None
                assert cell.number == (None if printed is None else printed * 1000)


@pytest.mark.parametrize(
    ("path", "measure", "unit"), [(RATE, "collection_rate", 1), (AMOUNT, "uncollected", 1000)]
)
def test_the_table_says_what_it_speaks_of(path: object, measure: str, unit: int) -> None:
    form = form_with(nothing, path)
    assert form.findings == []
    assert form.subject == f"第1次津山市債権管理計画／{measure}"
    assert (form.period, form.unit_yen) == ("2019", unit)


def test_a_footnote_flags_the_claims_it_names_and_stays_out_of_the_figures() -> None:
    form = form_with(nothing)
    names = {c.item: c.text for c in form.cells if c.measure == "claim_name"}
    flagged = {names[c.item]: c.cell for c in form.cells if c.measure == "footnoted"}
    assert flagged == {"下水道使用料": "A46", "水道使用料(旧簡易水道含)": "A46"}
    assert [(c.cell, c.block) for c in form.narrative] == [("A46", "note")]


def test_the_longer_name_is_meant_where_one_contains_the_other() -> None:
    def edit(s: Worksheet) -> None:
        s["A46"].value = "※下水道使用料は決算書の数字で記載している。"

    form = form_with(edit)
    names = {c.item: c.text for c in form.cells if c.measure == "claim_name"}
    assert [names[c.item] for c in form.cells if c.measure == "footnoted"] == ["下水道使用料"]


def test_a_marked_name_is_flagged_by_its_footnote_and_lands_without_the_mark() -> None:
    def edit(s: Worksheet) -> None:
        s["B8"].value, s["A46"].value = "市税※1", "※1 決算書の数字"

    form = form_with(edit)
    (flag,) = (c for c in form.cells if c.measure == "footnoted")
    assert [c.text for c in form.cells if (c.item, c.measure) == (flag.item, "claim_name")] == [
        "市税"
    ]


@legible
def rows_and_columns_between(s: Worksheet) -> None:
    for r in range(3, 0, -1):
        s.insert_rows(r)
    for c in range(9, 0, -1):
        s.insert_cols(c)


@legible
def columns_in_another_order(s: Worksheet) -> None:
    rows = [[c.value for c in row] for row in s["C3:I45"]]
    for r, row in enumerate(rows, 3):
        for c, value in enumerate([row[n] for n in (6, 3, 1, 2, 0, 4, 5)], 3):
            s.cell(r, c).value = value


@legible
def other_numbers_for_the_columns(s: Worksheet) -> None:
    for c, words in zip(
        "CDEFGHI",
        ("決算値④", "目標値①", "決算値②", "目標値③", "②－④", "②−①", "②ー③"),
        strict=True,
    ):
        s[f"{c}5"].value = words


@legible
def letters_for_numbers(s: Worksheet) -> None:
    for c, words in zip(
        "CDEFGHI",
        ("決算値Ａ", "目標値Ｂ", "決算値Ｃ", "目標値Ｄ", "Ｃ－Ａ", "Ｃ－Ｂ", "Ｃ－Ｄ"),
        strict=True,
    ):
        s[f"{c}5"].value = words


@legible
def no_numbers_at_all(s: Worksheet) -> None:
    for c, words in zip("CDEF", ("決算値", "目標値", "決算値", "目標値"), strict=True):
        s[f"{c}5"].value = words
    for c in "GHI":
        s[f"{c}5"].value = None


@legible
def headings_in_one_cell(s: Worksheet) -> None:
    for c in "CDEFGHI":
        s[f"{c}3"].value = "\n".join(s[f"{c}{r}"].value for r in (3, 4, 5))
    s.delete_rows(4, 2)


@legible
def years_merged_over_their_columns(s: Worksheet) -> None:
    for cell in ("E3", "E4"):
        s[cell].value = None


@legible
def western_years_alone(s: Worksheet) -> None:
    for c, year in zip("CDEFGHI", (2016, 2019, 2019, 2020, 2016, 2019, 2020), strict=True):
        s[f"{c}3"].value = f"{year}年度"
        if c in "CDEF":
            s[f"{c}4"].value = None


@legible
def western_years_as_numbers(s: Worksheet) -> None:
    for c, year in zip("CDEF", (2017, 2019, 2019, 2020), strict=True):
        s[f"{c}4"].value = year
    for c in "GHI":
        s[f"{c}4"].value = None


@legible
def short_eras(s: Worksheet) -> None:
    for c, year in zip("CDEFGHI", ("H28", "Ｒ元", "R1", "令２", "平28", "R1", "R2"), strict=True):
        s[f"{c}3"].value = f"{year}年度"


@legible
def headings_at_the_bottom(s: Worksheet) -> None:
    s["A5"].value, s["B5"].value, s["A3"].value, s["B3"].value = "所 管 課", "債権\n名", None, None


@legible
def other_words_for_headings(s: Worksheet) -> None:
    s["A3"].value, s["B3"].value = "担当課名", "債権の名称"
    for c, words in zip("CDEF", ("実績①", "目標②", "実績③", "目標④"), strict=True):
        s[f"{c}5"].value = words


@legible
def departments_on_every_line(s: Worksheet) -> None:
    above = None
    for r in range(6, 45):
        above = s[f"A{r}"].value = s[f"A{r}"].value or above


@legible
def departments_repeated_by_signs(s: Worksheet) -> None:
    for r in range(6, 45):
        s[f"A{r}"].value = s[f"A{r}"].value or "〃"


@legible
def departments_as_headings(s: Worksheet) -> None:
    s.insert_rows(6)
    s["A6"].value, s["A7"].value = "人権啓発課", None


@legible
def subtotals(s: Worksheet) -> None:
    s.insert_rows(8)
    s["B8"].value = "小計"
    for c in "CDEFGHI":
        s[f"{c}8"].value = s[f"{c}6"].value + s[f"{c}7"].value


@legible
def headings_again_on_the_next_page(s: Worksheet) -> None:
    s.insert_rows(20, 3)
    for old, new in ((3, 20), (4, 21), (5, 22)):
        for c in range(1, 10):
            s.cell(new, c).value = s.cell(old, c).value


@legible
def no_total(s: Worksheet) -> None:
    s.delete_rows(45)


@legible
def figures_as_people_write_them(s: Worksheet) -> None:
    s["E8"].value, s["G8"].value, s["G6"].value = "３２２，５０９", "▲158,874", "△ 628"
    s["D9"].value, s["C9"].value, s["F9"].value = "－", "-", "―"


@legible
def in_yen(s: Worksheet) -> None:
    s["I2"].value = "(単位：円)"
    for row in s["C6:I45"]:
        for cell in row:
            cell.value = None if cell.value is None else cell.value * 1000


@legible
def a_total_called_by_one_letter(s: Worksheet) -> None:
    s["A45"].value = "計"


@refused(("unit", "E6"))
def no_unit(s: Worksheet) -> None:
    s["I2"].value = None


@refused(("unit", "I2"))
def another_measure_than_the_unit(s: Worksheet) -> None:
    s["I2"].value = "(単位：%)"


@refused(("thousandfold", "E6"))
def in_yen_without_saying_so(s: Worksheet) -> None:
    in_yen(s)
    s["I2"].value = "(単位：千円)"


@refused(("difference", "H8"))
def a_wrong_difference(s: Worksheet) -> None:
    s["H8"].value += 1


@refused(("difference", "E8"), ("grand_total", "E45"))
def a_wrong_result(s: Worksheet) -> None:
    s["E8"].value += 1


@refused(("difference", "I45"))
def a_wrong_difference_of_totals(s: Worksheet) -> None:
    s["I45"].value = 383992


@refused(("difference", "D8"), ("grand_total", "D45"))
def a_wrong_target(s: Worksheet) -> None:
    s["D8"].value -= 9


@refused(("grand_total", "D45"))
def a_wrong_total(s: Worksheet) -> None:
    s["D45"].value -= 100


@refused(("header_value", "B12"))
def a_claim_without_its_name(s: Worksheet) -> None:
    s["B12"].value = None


@refused(("header_value", "A6"))
def no_department_at_all(s: Worksheet) -> None:
    s["A6"].value = None


@refused(("duplicate_claim", "B18"))
def a_claim_twice(s: Worksheet) -> None:
    s["B18"].value = s["B17"].value


@refused(("unreadable_number", "E12"))
def a_figure_under_inquiry(s: Worksheet) -> None:
    s["E12"].value = "調査中"


@refused(("uncached_formula", "E12"))
def a_formula_without_its_result(s: Worksheet) -> None:
    s["E12"].value = "=1+1"


@refused(("missing_heading", "G5"))
def a_column_too_few(s: Worksheet) -> None:
    s.delete_cols(4)


@refused(("fiscal_year", "F5"))
def a_year_too_few(s: Worksheet) -> None:
    s["F3"].value = s["F4"].value = "＊"


@refused(("damaged_heading", "F5"))
def the_same_year_twice(s: Worksheet) -> None:
    s["F3"].value = "令和元年"


@refused(("header_value", None))
def no_plan(s: Worksheet) -> None:
    s["A1"].value = "収入未済額"


@refused(("missing_row", "A6"))
def no_claims(s: Worksheet) -> None:
    s.delete_rows(6, 41)


@pytest.mark.parametrize("edit", LEGIBLE.values(), ids=LEGIBLE)
def test_it_says_the_same(edit: Edit) -> None:
    form = form_with(edit)
    assert errors(form) == set()
    wanted = AS_IT_IS[AMOUNT]
    if edit is a_total_called_by_one_letter:
        wanted = [
            (c[0], c[1], c[2], c[3].replace("合計", "計"), c[4])  # type: ignore[index]
            if c[0] == "total"  # type: ignore[index]
            else c
            for c in wanted
        ]
    if edit is no_total:
        wanted = [cell for cell in wanted if cell[0] != "total"]  # type: ignore[index]
    assert said(form) == wanted


@pytest.mark.parametrize(("edit", "expected"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_for_one_reason(edit: Edit, expected: set[tuple[str, str | None]]) -> None:
    assert errors(form_with(edit)) == expected


def _with_percent_signs(s: Worksheet) -> None:
    for row in s["C6:I44"]:
        for cell in row:
            cell.value = None if cell.value is None else f"{cell.value}%"


def _as_percent_formats(s: Worksheet) -> None:
    for row in s["C6:I44"]:
        for cell in row:
            cell.value = None if cell.value is None else cell.value / 100
            cell.number_format = "0.0%"


def _as_formulas_leave_them(s: Worksheet) -> None:
    for r in range(6, 45):
        base, target, actual, following = ((s[f"{c}{r}"].value or 0) for c in "CDEF")
        s[f"G{r}"].value, s[f"H{r}"].value = actual - base, actual - target
        s[f"I{r}"].value = actual - following  # 35.7 − 22.8 is 12.900000000000002


@pytest.mark.parametrize(
    "edit", [_with_percent_signs, _as_percent_formats, _as_formulas_leave_them]
)
def test_rates_are_exact_however_they_are_stored(edit: Edit) -> None:
    form = form_with(edit, RATE)
    assert form.findings == []
    assert said(form) == AS_IT_IS[RATE]


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [("G7", -72.2, "G7"), ("G11", 12.8, "G11"), ("E8", 97.4, "E8"), ("D8", 960, "D8")],
)
def test_a_tenth_of_a_percent_is_noticed(cell: str, value: float, expected: str) -> None:
    form = form_with(lambda s: s.__setitem__(cell, value), RATE)
    assert expected in {f.cell for f in form.findings if f.severity == "error"}


def test_a_comparison_may_be_named_in_words_alone() -> None:
    book = Workbook()
    for line in (
        ["令和3年度 債権管理計画 収入未済額の状況", None, "(千円)"],
        ["所管課", "債権名", "R2決算額", "R3目標額", "R3決算額", "対目標増減", "対前年度増減"],
        ["税制課", "市税", "322,509", 310000, "３００，１００", "▲9,900", "△22,409"],
        ["保険課", "介護保険料", 25525, 24000, 23111, "(889)", -2414],
        ["合計", None, 348034, 334000, 323211, -10789, -24823],
    ):
        book.worksheets[0].append(line)
    (form,) = read_workbook("提出.xlsx", saved(book)).forms
    assert errors(form) == set()
    totals = {c.measure: (c.number, c.fiscal_year) for c in form.cells if c.item == "total"}
    assert totals["reported_vs_baseline"] == (-24_823_000, None)
    assert totals["reported_vs_target"] == (-10_789_000, None)
    assert totals["baseline_actual"] == (348_034_000, 2020)


def test_more_years_than_four_columns_are_kept_beside_them() -> None:
    def edit(s: Worksheet) -> None:
        s.insert_cols(4, 2)
        for cell, words in (
            *(("D3", "平成29年度"), ("D5", "決算値")),
            *(("E3", "平成29年度"), ("E5", "目標値")),
        ):
            s[cell].value = words
        for r in range(6, 45):
            s[f"D{r}"].value, s[f"E{r}"].value = 1001, None

    form = form_with(edit)
    assert errors(form) == set()
    others = [c for c in form.cells if c.measure.startswith("other_")]
    assert {(c.measure, c.fiscal_year, c.number) for c in others if c.item != "total"} == {
        ("other_actual", 2017, 1_001_000),
        ("other_target", 2017, None),
    }
    rest = [c for c in said(form) if not str(c[1]).startswith("other_")]  # type: ignore[index]
    assert rest == AS_IT_IS[AMOUNT]


@pytest.mark.parametrize(
    ("edit", "rule", "cell"),
    [
        (
            lambda s: [s.__setitem__("J5", "前年度末"), s.__setitem__("J6", 3)],
            "unknown_column",
            "J5",
        ),
        (lambda s: [s.delete_cols(9), s.__setitem__("A2", "(単位:千円)")], "missing_heading", "I5"),
    ],
    ids=["one too many", "one too few"],
)
def test_a_column_more_or_less_is_noticed(edit: Edit, rule: str, cell: str) -> None:
    form = form_with(edit)
    assert [(f.rule, f.severity, f.cell) for f in form.findings] == [(rule, "warning", cell)]
