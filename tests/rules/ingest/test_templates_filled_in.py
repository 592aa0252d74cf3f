"""Every form filled in on its template: a spreadsheet computes what the layout says, and the
reader reads back what was written."""

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell
from python_calamine import CalamineWorkbook
from support.filled_in import CODE, FILLED
from support.office import convert

from ingest.forms import read_sheet
from ingest.forms.reading import FormReading
from ingest.layout import Rate, layout
from ingest.templates import FORMS, Dialect, draw
from ingest.workbook import sheets_of

Said = dict[tuple[str, str, str, int | None], Any]


def drawn(name: str, **more: Any) -> bytes:
    return draw(**{"municipality_code": CODE, **FILLED[name], **more})


def read(data: bytes) -> FormReading:
    form = read_sheet(next(sheets_of(data)), "a.xlsx")
    assert isinstance(form, FormReading), form
    return form


def said(form: FormReading) -> Said:
    return {
        (c.block, c.item, c.measure, c.fiscal_year): c.text if c.number is None else c.number
        for c in form.cells
    }


def values_of(data: bytes) -> dict[tuple[int, int], Any]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    return {
        (sheet.start[0] + r, sheet.start[1] + c): value
        for r, row in enumerate(sheet.to_python())
        for c, value in enumerate(row)
        if value != ""
    }


@pytest.fixture(scope="module", name="recalculated")
def _recalculated(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Each form drawn without results, opened and saved by a spreadsheet."""
    folder = tmp_path_factory.mktemp("forms")
    (folder / "drawn").mkdir()
    paths = [folder / "drawn" / f"{name}.xlsx" for name in FILLED]
    for path in paths:
        path.write_bytes(drawn(path.stem, dialect=Dialect(computed="uncached")))
    return {path.stem: path.read_bytes() for path in convert(paths, "xlsx", folder)}


@pytest.mark.parametrize("name", FILLED)
def test_stored_results_are_what_a_spreadsheet_computes(
    recalculated: Mapping[str, bytes], name: str
) -> None:
    stored, computed = values_of(drawn(name)), values_of(recalculated[name])

    assert stored.keys() == computed.keys()
    for place, value in stored.items():
        same = pytest.approx(computed[place]) if isinstance(value, float) else computed[place]
        assert value == same, place


@pytest.mark.parametrize("name", FILLED)
def test_a_form_that_a_spreadsheet_saved_says_what_was_written(
    recalculated: Mapping[str, bytes], name: str
) -> None:
    form = read(recalculated[name])

    assert form.form == FILLED[name]["form"]
    assert not [f for f in form.findings if f.severity != "info"]
    assert said(form) == said(read(drawn(name)))


def test_a_promotion_sheet_computes_totals_rates_and_what_is_left(
    recalculated: Mapping[str, bytes],
) -> None:
    values = FILLED["promotion"]["values"]
    told = said(read(recalculated["promotion"]))
    columns = layout("promotion").columns
    for year in range(2017, 2022):
        row = {c.name: values.get(("settlement", str(year), c.name), 0) for c in columns}
        for column in columns:
            if column.formula is None:
                expected: Any = row[column.name]
            else:
                expected = row[column.name] = column.formula(row)
            found = told["settlement", "", column.name, year]
            assert found == (as_percent(expected) if isinstance(expected, Rate) else expected)
    assert told["settlement", "", "rate_current", 2019] == "97.88"
    assert told["settlement_target", "", "rate_current", 2023] == "95.66"
    assert told["settlement", "", "debtor_unit", None] == "世帯"


def as_percent(rate: Rate) -> str:
    """A rate to two decimals, half away from zero, as the text of a percentage."""
    hundredths = (2 * 10_000 * rate.numerator + rate.denominator) // (2 * rate.denominator)
    return f"{(Decimal(hundredths) / 100).normalize():f}"


@pytest.mark.parametrize(("name", "unit"), [("plan_amount", 1000), ("plan_rate", 1)])
def test_a_plan_table_computes_its_differences_and_total(
    recalculated: Mapping[str, bytes], name: str, unit: int
) -> None:
    told = said(read(recalculated[name]))
    figures: dict[str, dict[str, Decimal]] = {}
    for (block, item, measure, _), value in told.items():
        if block == "plan" and item and measure not in ("department", "claim_name"):
            figures.setdefault(item, {})[measure] = Decimal(value or 0)
    typed = {c.name for c in layout("plan").typed if c.kind == "money"}
    for item, row in figures.items():
        for other in ("baseline_actual", "target", "next_target"):
            reported = row[f"reported_vs_{other.removesuffix('_actual')}"]
            assert reported == row["actual"] - row[other], (item, other)
    if name == "plan_amount":
        items = [item for item in figures if item != "total"]
        for column in typed:
            assert figures["total"][column] == sum(figures[item][column] for item in items)
        assert figures["3"]["actual"] == 322509 * unit
        assert figures["4"]["actual"] == 318 * unit
        assert figures["3"]["footnoted"] == 1
    else:
        assert told["plan", "2", "reported_vs_baseline", None] == "-72.1"
    assert "total" in figures or name == "plan_rate"


def test_a_claim_list_numbers_its_claims_and_adds_up(recalculated: Mapping[str, bytes]) -> None:
    told = said(read(recalculated["claim_list"]))

    assert {item for block, item, _, _ in told if block == "claim_list"} == {"1", "2", "3", "4"}
    assert told["total", "", "uncollected", None] == (1924838 + 1212432 + 4451 + 20617) * 1000
    assert told["claim_list", "4", "claim_classes", None] == "enforceable,non_enforceable"


def test_city_targets_add_up_and_may_be_told_without_parts(
    recalculated: Mapping[str, bytes],
) -> None:
    told = said(read(recalculated["city_target"]))
    hundred_million = 100_000_000

    assert told["city_target", "1", "target", 2019] == (135 + 258) * hundred_million
    assert told["city_target", "2", "target", 2020] == 386 * hundred_million
    assert told["city_target", "3", "actual", 2020] == (223 + 256) * hundred_million
    assert told["city_target", "3", "decided_on", 2020] == "2020-08-24"
    shown = values_of(recalculated["city_target"])
    assert [shown.get((row, 11)) for row in range(3, 9)] == [
        "判定",
        "達成",
        None,
        None,
        "達成",
        None,
    ]


def test_an_interim_report_computes_what_its_layout_does(
    recalculated: Mapping[str, bytes],
) -> None:
    values = values_of(recalculated["interim"])
    columns = {c.name: n for n, c in enumerate(layout("interim").columns)}
    for row, number in enumerate(("008", "021"), 7):
        typed = {
            c.name: FILLED["interim"]["values"].get(("collection", number, c.name), 0)
            for c in layout("interim").typed
        }
        for name, expected in layout("interim").compute(typed).items():
            assert values[row, columns[name]] == expected


@pytest.mark.parametrize("form", FORMS)
def test_every_form_bears_its_mark_a_legend_and_a_page_number(form: str) -> None:
    needs = {"fiscal_year": 2024} if form not in ("interim", "city_target") else {}
    sheet = load_workbook(BytesIO(draw(form, municipality_code=CODE, **needs))).worksheets[0]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}

    assert f"様式番号 {layout(form).mark}　団体コード {CODE}" in texts
    assert {"記入する欄", "計算される欄"} <= texts
    assert sheet.oddFooter.center.text == "&P／&N"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.protection.sheet
    assert not sheet.protection.password


@pytest.mark.parametrize("name", FILLED)
def test_the_same_arguments_give_the_same_bytes(name: str) -> None:
    assert drawn(name) == drawn(name)


@pytest.mark.parametrize("name", FILLED)
def test_entries_are_open_and_formulas_are_locked_or_marked(name: str) -> None:
    sheet = load_workbook(BytesIO(drawn(name))).worksheets[0]
    blue, green = "00DDEBF7", "00E2EFDA"
    for row in sheet.iter_rows():
        for cell in (c for c in row if isinstance(c, Cell)):  # not what a merge covers
            colour = cell.fill.fgColor.rgb
            is_formula = cell.data_type == "f"
            if is_formula:
                assert colour != blue, cell.coordinate
            swatch = cell.value in ("記入する欄", "計算(上書き可)")
            is_open = colour in (blue, green) and not swatch
            assert cell.protection.locked != is_open, cell.coordinate


def limits(name: str) -> dict[str, Any]:
    sheet = load_workbook(BytesIO(drawn(name))).worksheets[0]
    validations = sheet.data_validations.dataValidation
    return {cell: each for each in validations for cell in str(each.sqref).split()}


def test_amounts_are_whole_and_the_message_names_the_unit() -> None:
    amount = limits("interim")["D8"]

    assert (amount.type, amount.operator, amount.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert "千円単位" in amount.error
    assert "千円単位" in amount.prompt
    assert (amount.showErrorMessage, amount.showInputMessage) == (True, True)
    assert "円単位" in limits("promotion")["C10"].error


def test_classes_and_kinds_of_target_are_chosen_from_a_list() -> None:
    assert "強制徴収公債権・非強制徴収公債権" in limits("interim")["C8"].formula1
    assert limits("city_target")["B6"].formula1 == '"当初目標,修正目標,実績"'
    assert limits("city_target")["I6"].type == "date"


@pytest.mark.parametrize("name", FILLED)
def test_messages_are_as_long_as_a_spreadsheet_allows(name: str) -> None:
    """Excel repairs a workbook whose messages are longer."""
    for each in limits(name).values():
        assert len(each.promptTitle) <= 32
        assert len(each.prompt) <= 255
        assert len(each.error or "") <= 225
        assert len(each.formula1 or "") <= 255
