"""全市目標: a real city's targets land exactly; what cannot be told apart is asked back."""

import json
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from support.edits import Edit, Edits, errors, nothing
from support.workbooks import saved

from ingest.addresses import place
from ingest.forms.reading import FormReading
from ingest.templates import Dialect, draw
from ingest.templates.pen import Key, Value
from ingest.worker import read_workbook
from terms.years import year_name

OKU = 100_000_000
GOLDEN = Path(__file__).parents[2] / "data" / "golden" / "city_target.json"
PRINTED = json.loads(GOLDEN.read_text("utf-8"))
KINDS = {"initial_target": "当初目標", "revised_target": "修正目標", None: None}
MEASURES = ("", "_current", "_prior")
DECIDED = {2020: "2020-08-04", 2021: "2021-08-03"}
Row = tuple[int, str | None, list[int | None], list[int | None]]


def rows() -> list[Row]:
    """(year, kind, target, actual) as the list has them: the result stands on the last row."""
    found: list[Row] = []
    for year in PRINTED:
        kinds = [k for k in KINDS if k in year] or [None]
        for kind in kinds:
            target = year[kind] if kind else [None] * 3
            last = kind == kinds[-1]
            actual = year.get("actual", [None] * 3) if last else [None] * 3
            found.append((year["fiscal_year"], kind, target, actual))
    return found


def drawn(computed: str = "cached") -> bytes:
    values: dict[Key, Value] = {}
    for n, (year, kind, target, actual) in enumerate(rows(), 1):
        values["city_target", f"{n}", "fiscal_year"] = f"{year_name(year)}年度"
        values["city_target", f"{n}", "target_kind"] = KINDS[kind]
        for what, amounts in (("target", target), ("actual", actual)):
            for measure, amount in zip(MEASURES, amounts, strict=True):
                values["city_target", f"{n}", f"{what}{measure}"] = amount
        if kind == "revised_target" and year in DECIDED:
            values["city_target", f"{n}", "decided_on"] = DECIDED[year]
            values["city_target", f"{n}", "meeting"] = "債権回収対策会議"
            values["city_target", f"{n}", "reason"] = "決算を踏まえた見直し"
    return draw(
        "city_target",
        municipality_code="271004",
        values=values,
        dialect=Dialect(computed=computed),
    )


DRAWN = drawn()


def form_with(edit: Edit, data: bytes = DRAWN) -> FormReading:
    book = load_workbook(BytesIO(data), data_only=True)
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    edit(sheet)
    (form,) = read_workbook("提出.xlsx", saved(book)).forms
    return form


def landed(form: FormReading) -> list[tuple[object, ...]]:
    items: dict[str, dict[str, object]] = {}
    for c in form.cells:
        items.setdefault(c.item, {"year": c.fiscal_year})[c.measure] = (
            c.number if c.text is None else c.text
        )
    return [
        (
            each["year"], each["target_kind"],
            [each[f"target{m}"] for m in MEASURES], [each[f"actual{m}"] for m in MEASURES],
        )
        for each in items.values()
    ]  # fmt: skip


def in_yen(amounts: list[int | None]) -> list[int | None]:
    return [None if amount is None else amount * OKU for amount in amounts]


@pytest.mark.parametrize("computed", ["cached", "uncached", "typed"])
def test_the_real_figures_land_exactly(computed: str) -> None:
    (form,) = read_workbook("目標.xlsx", drawn(computed)).forms
    assert form.findings == []
    assert (form.subject, form.fiscal_year, form.unit_yen) == ("全市", 2025, OKU)
    assert landed(form) == [
        (year, kind or "initial_target", in_yen(target), in_yen(actual))
        for year, kind, target, actual in rows()
    ]


def test_decisions_and_where_they_stand() -> None:
    form = form_with(nothing)
    book = load_workbook(BytesIO(DRAWN))
    decided = [c for c in form.cells if c.measure == "decided_on" and c.text]
    assert {c.fiscal_year: c.text for c in decided} == DECIDED
    for c in decided:
        row, column = place(c.cell)
        assert isinstance(book.worksheets[0].cell(row + 1, column + 1).value, datetime)
    said = {c.text for c in form.cells if c.measure in ("meeting", "reason")}
    assert said == {None, "債権回収対策会議", "決算を踏まえた見直し"}


AS_IT_IS = landed(form_with(nothing))
EDITS = Edits()
LEGIBLE, REFUSED = EDITS.legible_ones, EDITS.refused_ones
legible, refused = EDITS.legible, EDITS.refused


def amounts(s: Worksheet) -> list[Cell]:
    """The cells of amounts that hold one."""
    cells = [cell for row in s.iter_rows(6, 40, 3, 8) for cell in row]
    return [cell for cell in cells if isinstance(cell.value, int | float)]


@legible
def rows_and_columns_between(s: Worksheet) -> None:
    s.insert_rows(12)
    s.insert_rows(1, 3)
    for c in (9, 6, 1):
        s.insert_cols(c)


@legible
def amounts_with_their_unit(s: Worksheet) -> None:
    for cell in amounts(s):
        cell.value = f"{cell.value}億円"


@legible
def full_width_amounts_and_dashes(s: Worksheet) -> None:
    for row in s.iter_rows(6, 27, 3, 8):
        for cell in row:
            cell.value = "－" if cell.value is None else f"{cell.value}".translate(
                str.maketrans("0123456789", "０１２３４５６７８９")
            )  # fmt: skip


@legible
def decimals_in_hundred_millions(s: Worksheet) -> None:
    for cell in amounts(s):
        cell.value = f"{cell.value}.00"


@legible
def a_year_merged_over_its_rows(s: Worksheet) -> None:
    for row in (20, 22, 24, 26):
        s.cell(row, 1).value = None


@legible
def years_in_other_words(s: Worksheet) -> None:
    for row, year in (
        (6, 2007),
        (7, "平成20年度(2008年度)"),
        (8, "Ｈ２１"),
        (18, "平成31・令和元年度"),
    ):
        s.cell(row, 1).value = year


@legible
def a_result_in_a_row_of_its_own(s: Worksheet) -> None:
    s.insert_rows(21)
    s["A21"].value, s["B21"].value = "令和2年度", "実績"
    for c in "FGH":
        s[f"{c}21"].value, s[f"{c}20"].value = s[f"{c}20"].value, None


@legible
def headings_again_on_the_next_page(s: Worksheet) -> None:
    s.insert_rows(15, 2)
    for old, new in ((4, 15), (5, 16)):
        for c in range(1, 12):
            s.cell(new, c).value = s.cell(old, c).value


@legible
def in_one_line_of_headings(s: Worksheet) -> None:
    for c, words in zip(
        "CDEFGH",
        (
            "目標（現年度）",
            "目標（過年度）",
            "目標（計）",
            "実績（現年度）",
            "実績（過年度）",
            "実績（計）",
        ),
        strict=True,
    ):
        s[f"{c}5"].value = words
    for cell in s[4]:
        cell.value = None


@legible
def remarks_below(s: Worksheet) -> None:
    s["A45"].value = "※ 令和2年度は感染症の影響により目標を見直した。"


@legible
def totals_left_to_be_added(s: Worksheet) -> None:
    s["E18"].value = s["H20"].value = None


@pytest.mark.parametrize("edit", LEGIBLE.values(), ids=LEGIBLE)
def test_it_says_the_same(edit: Edit) -> None:
    form = form_with(edit)
    assert errors(form) == set()
    assert landed(form) == AS_IT_IS


@pytest.mark.parametrize(("unit", "factor"), [("円", OKU), ("千円", 100_000), ("百万円", 100)])
def test_units(unit: str, factor: int) -> None:
    def convert(s: Worksheet) -> None:
        s["K3"].value = f"（単位：{unit}）"
        for cell in amounts(s):
            cell.value = cell.value * factor

    form = form_with(convert)
    assert errors(form) == set()
    assert form.unit_yen == OKU // factor
    assert landed(form) == AS_IT_IS


def test_tenths_of_a_hundred_million() -> None:
    def tenths(s: Worksheet) -> None:
        s["C18"].value, s["D18"].value, s["E18"].value = 135.2, "258.13", "393.33億円"
        s["C18"].number_format = "0.0"

    form = form_with(tenths)
    assert form.findings == []
    target = next(target for year, _, target, _ in landed(form) if year == 2019)
    assert target == [39_333_000_000, 13_520_000_000, 25_813_000_000]


@refused(("parts", "E18"))
def a_total_that_is_not_the_sum(s: Worksheet) -> None:
    s["E18"].value = 399


@refused(("parts", "H20"))
def a_result_that_is_not_the_sum(s: Worksheet) -> None:
    s["G20"].value = 265


@refused(("row_year", "A22"))
def a_year_twice(s: Worksheet) -> None:
    s["A21"].value = s["A22"].value = "令和2年度"
    s["I22"].value = s["I20"].value
    s["F22"].value = s["G22"].value = s["H22"].value = None
    s["B21"].value, s["E21"].value = "修正目標", 600


@refused(("row_year", "H20"))
def two_results_of_a_year(s: Worksheet) -> None:
    s["H19"].value, s["H20"].value = 479, 497
    s["F20"].value = s["G20"].value = None


@refused(("row_year", "H20"))
def two_results_one_told_by_its_parts(s: Worksheet) -> None:
    s["F19"].value, s["G19"].value, s["H19"].value = 300, 179, None
    s["F20"].value, s["G20"].value, s["H20"].value = None, None, 497


@refused(("fiscal_year", "A9"))
def a_year_nobody_knows(s: Worksheet) -> None:
    s["A9"].value = "30年度"


@refused(("fiscal_year", "A9"))
def a_year_of_two_minds(s: Worksheet) -> None:
    s["A9"].value = "平成22年度(2011年度)"


@refused(("header_value", "B20"))
def a_kind_nobody_knows(s: Worksheet) -> None:
    s["B20"].value = "暫定"


@refused(("header_value", "I20"))
def a_day_that_is_none(s: Worksheet) -> None:
    s["I20"].value = "8月ごろ"


@refused(("unreadable_number", "E19"))
def an_amount_under_inquiry(s: Worksheet) -> None:
    s["E19"].value = "調整中"


@refused(("unit", "E5"))
def no_unit_anywhere(s: Worksheet) -> None:
    s["K3"].value = None


@refused(("unit", "K3"))
def two_units(s: Worksheet) -> None:
    s["A3"].value, s["K3"].value = "(単位：億円)", "(単位：千円)"


@refused(("damaged_heading", "C5"))
def no_word_whether_target_or_result(s: Worksheet) -> None:
    s["C4"].value = s["F4"].value = None


@pytest.mark.parametrize(("edit", "expected"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_for_one_reason(edit: Edit, expected: set[tuple[str, str | None]]) -> None:
    assert errors(form_with(edit)) == expected


def test_a_difference_of_rounding_is_only_remarked_on() -> None:
    form = form_with(lambda s: s.__setitem__("E18", 394))
    assert [(f.rule, f.severity, f.cell) for f in form.findings] == [("parts", "warning", "E18")]


def test_the_only_target_of_a_year_is_its_first_one() -> None:
    form = form_with(lambda s: s.__setitem__("B18", None))
    assert [(f.rule, f.severity, f.cell) for f in form.findings] == [
        ("header_value", "warning", "B18")
    ]
    assert landed(form) == AS_IT_IS
