"""Empty forms of the tables that a home describes: drawn, filled in and read whole."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import count

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell
from support.described import layout, only
from support.workbooks import DATA, saved

from ingest.described.layout import Described
from ingest.forms.reading import FormReading
from ingest.templates.described import UndrawableError, draw
from ingest.worker import read_workbook
from services.layouts import read_layout

LAYOUTS = {path.stem: path for path in sorted(DATA.glob("layouts/**/*.yml"))}
KNOWN = {
    "fiscal_year": "令和5年度", "as_of": "令和6年5月31日", "claim_name": "住宅使用料",
    "department": "住宅課", "plan": "第3次計画",
}  # fmt: skip
# Why no form of them can be drawn: their layouts do not tell which heading stands over which.
UNDRAWN = {
    "kaishu_all": "「滞納債権(令和6年5月31日)」・「件数」・「目標額」のどれがどれの上に立つか",
    "kenzei21": "「予算額」・「件数」・「金額」・「対予算」のどれがどれの上に立つか",
    "sai": "「現年課税分」と「E─×100A」は同じ意味",
    "shicho25": "「現年課税分」と「D÷A×100」は同じ意味",
}
# What is typed where not any name will do, by its heading.
NAMES = {
    "balance": {"番号": "{:03}", "区分": "強"},
    "list": {"区分": "強・私"},
    "settle": {"年度": "令和{}年度"},
    "goal": {"年度": "令和{}年度", "整理番号": "{:03}", "種別": "私"},
}


def of(name: str) -> Described:
    """A layout, without what random figures do not keep."""
    told = read_layout(name, LAYOUTS[name].read_bytes())
    return replace(told, identities=(), lands_as="figure")


def filled_in(name: str, data: bytes) -> tuple[bytes, set[str]]:
    """The form of a layout with every cell filled in, and the cells of its figures."""
    book = load_workbook(BytesIO(data))
    sheet = book.worksheets[0]
    figures, headings = set(), dict[int, str]()
    special = NAMES.get(name, {})
    numbers = {words: count(1) for words in ("", *special)}
    cells = (cell for row in sheet.iter_rows() for cell in row if isinstance(cell, Cell))
    for cell in cells:
        if cell.style == "見出し":
            headings[cell.column] = str(cell.value)
        elif cell.style == "記入欄_line":
            left = str(sheet.cell(cell.row, cell.column - 1).value) if cell.column > 1 else ""
            words = next((w for w in (left, headings.get(cell.column, "")) if w in special), "")
            cell.value = special.get(words, "名前{}").format(next(numbers[words]))
        elif cell.style.startswith("記入欄_"):
            figures.add(cell.coordinate)
            cell.value = 10_000 + len(figures)
    return saved(book), figures


def read(told: Described, data: bytes) -> FormReading:
    return only(read_workbook("令和5年度県税の状況.xlsx", data, [told]))


@pytest.mark.parametrize("name", sorted(LAYOUTS.keys() - UNDRAWN.keys()))
def test_a_form_that_is_drawn_and_filled_in_is_read_whole(name: str) -> None:
    told = of(name)
    data, figures = filled_in(name, draw(told, KNOWN))
    form = read(told, data)
    assert [f.message for f in form.findings] == []
    assert {cell.cell for cell in form.cells} == figures
    assert len(figures) >= 4


@pytest.mark.parametrize("name", UNDRAWN)
def test_a_form_that_cannot_be_drawn_is_told_with_the_reason(name: str) -> None:
    with pytest.raises(
        UndrawableError, match=UNDRAWN[name].replace("(", r"\(").replace(")", r"\)")
    ):
        draw(of(name), KNOWN)


def test_what_a_title_lacks_is_asked_for_and_missed() -> None:
    told = of("settle")
    drawn = draw(told, {})
    sheet = load_workbook(BytesIO(drawn)).worksheets[0]
    assert (sheet["A1"].value, sheet["A1"].protection.locked) == ("決算の推移()", False)
    assert sheet["A2"].value == "↑ 債権名・所属を書き入れてください"
    messages = [f.message for f in read(told, filled_in("settle", drawn)[0]).findings]
    assert "「<claim_name>決算の推移(<department>)」の形の語がシートにありません。" in messages[0]


def merged(told: Described) -> Iterator[tuple[str, object]]:
    sheet = load_workbook(BytesIO(draw(told, KNOWN))).worksheets[0]
    return (
        (str(each), sheet[each.coord.split(":")[0]].value) for each in sheet.merged_cells.ranges
    )


def test_words_that_headings_and_rows_share_are_merged() -> None:
    told = layout("""
title: 状況
unit: 千円
given: {fiscal_year: 令和5年度}
tables:
  - columns:
      債権名: <claim_name>
      調定額: assessed
      収入額: collected
      現年: {part: current}
      滞繰: {part: prior}
      件数: {measure: cases, part: total, unit: 件}
    rows: {合計: {total: true}}
""")
    assert dict(merged(told)) == {
        "A4:A5": "債権名", "B4:C4": "調定額", "D4:E4": "収入額", "F4:F5": "件数"
    }  # fmt: skip


def test_names_stand_on_both_sides_of_the_figures() -> None:
    told = layout("""
title: 状況
unit: 千円
given: {fiscal_year: 令和5年度}
tables:
  - columns: {債権名: <claim_name>, 調定額: assessed, 所管: <department>, 事由: <ground>}
    rows: {合計: {total: true}}
""")
    data, figures = filled_in("状況", draw(told, KNOWN))
    assert figures == {f"B{row}" for row in range(5, 12)}
    assert {c.cell for c in read(told, data).cells} == figures


def test_a_table_without_a_column_of_figures_is_told() -> None:
    told = layout("title: 状況\ntables: [{columns: {債権名: <claim_name>}}]")
    with pytest.raises(UndrawableError, match="数値の列の見出し"):
        draw(told, KNOWN)
