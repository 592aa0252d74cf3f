"""What is left over, told twice or not told at all in a described table goes back."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from support.described import (
    Row,
    faults,
    figures,
    layout,
    only,
    read,
    reading,
    typed,
)
from support.workbooks import AMAGASAKI, GOOD, OSAKA, TSUYAMA, saved

from ingest.worker import read_workbook

BASE = """
title: 徴収実績
texts: ["<fiscal_year>決算"]
unit: 円
tables:
  - stub: [claim_name]
    columns:
      調定額: assessed
      収入額: collected
      収納率: {measure: collection_rate, unit: "%"}
      現年: {part: current}
    optional: [収納率, 現年]
    rows: {合計: {total: true}}
"""
TITLE, HEAD, TAX = ["令和3年度決算"], ["税目", "調定額", "収入額"], ["市税", 11, 22]


@pytest.mark.parametrize(
    ("rows", "rule", "cell", "remedy"),
    [
        ([TITLE, [*HEAD, "謎"], [*TAX, 33]], "no_meaning", "D2", "columns に加えるか"),
        ([TITLE, [*HEAD, "謎"], [*TAX, "=1+1"]], "no_meaning", "D2", "columns に加えるか"),
        ([TITLE, HEAD, [*TAX, 33]], "no_meaning", "D3", "表の外に数値があります"),
        ([TITLE, HEAD, [*TAX, None, "1,234"]], "no_meaning", "E3", "表の外に数値があります"),
        ([TITLE, HEAD, TAX, [], [None, None, None, 4]], "no_meaning", "D5", "表の外に"),
        ([[*TITLE, 7], [], HEAD, TAX], "no_meaning", "B1", "表の外に"),
        ([TITLE, HEAD, [None, 11, 22], TAX], "no_meaning", "A3", "見出し(債権名)がありません"),
        ([TITLE, HEAD, TAX, [None, 33, 44]], "no_meaning", "A4", "見出し(債権名)がありません"),
        ([TITLE, HEAD, TAX, TAX], "same_meaning", "B4", "見出しで区別できるように"),
        ([TITLE, [*HEAD, "収入額"], [*TAX, 3]], "same_meaning", "D3", "セルC3の数値と"),
        ([TITLE, HEAD, TAX, ["総 計", 3, 4]], "unknown_row_label", "A4", "{total: true}"),
        ([TITLE, HEAD, TAX, ["総額", 3, 4]], "unknown_row_label", "A4", "{total: true}"),
        ([TITLE, HEAD, TAX, ["計（A）", 3, 4]], "unknown_row_label", "A4", "{total: true}"),
        ([TITLE, HEAD, TAX, ["課", "件数", "人数"], ["A", 1, 2]], "unreadable_number", "B4", ""),
        ([["決算"], HEAD, TAX], "missing_heading", None, "「<fiscal_year>決算」の形の語"),
        ([TITLE, HEAD, ["市税", None, "-"]], "not_filled_in", "A2", "数値が一つもありません"),
        ([TITLE, ["税目", "x", *HEAD[1:]], ["市税", "y", 1, 2]], "missing_heading", "A2", "stub"),
    ],
)
def test_what_goes_back(rows: list[Row], rule: str, cell: str | None, remedy: str) -> None:
    told = faults(read(BASE, rows))
    assert remedy in told[rule, cell]


def test_a_lost_heading() -> None:
    layout = BASE.replace("optional: [収納率, 現年]", "optional: [現年]")
    told = faults(read(layout, [TITLE, [*HEAD, None], [*TAX, 50]]))
    assert "列の見出し「収納率」が見当たりません" in told["missing_heading", "A2"]
    assert ("no_meaning", "D3") in told


OTHERS = "  - {columns: {事由: <ground>, 件数: {unit: 件, measure: waived}}%s}\n" * 2


def test_a_table_that_is_not_there() -> None:
    more = [["事由", "件数"], ["時効", 3], []]
    missing = OTHERS % (", given: {a: b}", ", given: {a: c}")
    told = faults(read(BASE + missing, [TITLE, HEAD, TAX, [], *more]))
    assert "見出しが「事由・件数」などの表が見当たりません" in told["missing_heading", None]
    may_lack = OTHERS % (", given: {a: b}", ", given: {a: c}, may_lack: true")
    assert len(figures(read(BASE + may_lack, [TITLE, HEAD, TAX, [], *more]))) == 3


@pytest.mark.parametrize(
    ("row", "told"),
    [(["現年", "合計"], "part"), (["見込", "合計"], "measure")],
)
def test_row_and_column_that_contradict_each_other(row: list[str], told: str) -> None:
    layout = """
title: 徴収実績
given: {fiscal_year: 令和3年度}
unit: 円
tables:
  - stub: [part]
    columns: {調定額: assessed, 合計: {part: total, measure: assessed}}
    rows: {現年: {part: current}, 見込: {part: total, measure: forecast}}
"""
    message = faults(read(layout, [["区分", "調定額", "合計"], [row[0], 1, 2]]))
    assert any(rule == "no_meaning" and "一つの意味" in said for (rule, _), said in message.items())


def test_columns_and_rows_that_are_passed_over_are_told() -> None:
    layout = BASE + '    pass_over: {columns: [参考], rows: ["(参考)<*>", 注記]}\n'
    rows = [TITLE, [*HEAD, "参 考"], [*TAX, 33], ["（参考）国保", 1, 2, 3], ["注記", 5, None, 1]]
    form = only(reading(layout, typed(rows)))
    assert [c.cell for c in form.cells] == ["B3", "C3"]
    assert [(f.severity, f.rule, f.cell) for f in form.findings] == [
        ("warning", "unknown_column", "D2"),
        ("info", "unknown_row_label", "A4"),
        ("info", "unknown_row_label", "A5"),
    ]


def test_words_among_the_figures_that_nobody_numbers() -> None:
    """A page number in brackets, an empty row and a remark column are nobody's figures."""
    rows = [["(1)"], TITLE, [*HEAD, "備考"], [*TAX, "確定"], [], ["(注)"]]
    assert list(figures(read(BASE, rows))) == ["B4", "C4"]


def test_the_name_of_the_file() -> None:
    layout = BASE.replace('texts: ["<fiscal_year>決算"]', 'file: "<fiscal_year>決算<*>"')
    assert figures(read(layout, [HEAD, TAX], file="令和3年度決算(県税).xlsx"))["B2"][1] == 2021
    told = faults(read(layout, [HEAD, TAX], file="県税.xlsx"))
    assert "ファイルの名前「県税.xlsx」" in told["header_value", None]


def test_file_and_title_that_name_different_years() -> None:
    layout = BASE + 'file: "<fiscal_year>決算"\n'
    assert figures(read(layout, [TITLE, HEAD, TAX], file="R3年度決算.xlsx"))
    message = faults(read(layout, [TITLE, HEAD, TAX], file="R2年度決算.xlsx"))["header_value", None]
    assert "ファイルの名前では「R2年度」、シートでは「令和3年度」" in message


BESIDE = BASE.replace('texts: ["<fiscal_year>決算"]', "beside: {対象年度: fiscal_year}")


def test_the_cell_beside_its_words() -> None:
    assert figures(read(BESIDE, [["対象年度：", None, "令和3年度"], HEAD, TAX]))["B3"][1] == 2021
    assert ("header_value", "A1") in faults(read(BESIDE, [["対象年度"], HEAD, TAX]))
    assert ("missing_heading", None) in faults(read(BESIDE, [["x"], HEAD, TAX]))


VALID = "valid_from: '{}'\nvalid_until: '{}'\n"


def test_a_layout_of_other_years() -> None:
    told = faults(read(VALID.format(2010, 2020) + BASE, [TITLE, HEAD, TAX]))
    message = told["form_version", None]
    assert "平成22年度から令和2年度まで" in message
    assert "令和3年度には使えません" in message
    assert "valid_until" in message


def test_of_two_layouts_alike_the_one_of_the_year_reads() -> None:
    kinds = [
        layout(VALID.format(2010, 2020) + BASE, "old"),
        layout(VALID.format(2021, 2030) + BASE.replace("collected", "kept"), "new"),
    ]
    data = typed([TITLE, HEAD, TAX])
    for order in (kinds, kinds[::-1]):
        form = only(read_workbook("提出.xlsx", data, order))
        assert (form.layout_version, form.cells[1].measure) == ("new-1", "kept")


def test_of_two_layouts_the_one_that_knows_more_headings_reads() -> None:
    small = layout(BASE.replace("      収納率", "      x").replace("[収納率", "[x"), "a")
    form = only(
        read_workbook(
            "f.xlsx", typed([TITLE, [*HEAD, "収納率"], [*TAX, 50]]), [small, layout(BASE)]
        )
    )
    assert form.layout_version == "hyo-1"


REAL = sorted(path for city in (OSAKA, TSUYAMA, AMAGASAKI) for path in city.rglob("*.xlsx"))
GREEDY = """
title: 何でも
given: {fiscal_year: 令和3年度}
unit: 円
tables:
  - stub: [claim_name]
    columns: {調定額: assessed, 収入未済額: uncollected, 残高: balance, 債権名: <claim_name>}
    optional: [調定額, 収入未済額, 残高, 債権名]
"""


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_a_layout_takes_no_form_that_is_not_its_own(path: Path) -> None:
    data = path.read_bytes()
    alone = read_workbook("提出.xlsx", data)
    assert read_workbook("提出.xlsx", data, [layout(GREEDY), layout(BASE)]) == alone


def test_an_unknown_table_is_no_described_one() -> None:
    book = Workbook()
    book.active.append(["月", "件数"])
    book.active.append(["4月", 12])
    (finding,) = [f for f in reading(BASE, saved(book)).findings if f.severity == "error"]
    assert finding.rule == "no_known_form"
    assert read_workbook("a.xlsx", GOOD.read_bytes(), [layout(BASE)]).forms[0].form == "annual"


def test_a_text_of_nothing_but_separators_keeps_nobody_busy() -> None:
    """Trying every way to divide it would take longer than anybody waits."""
    titles = (
        'texts: ["<a>の<b>の<c>の<d>の<e>の<f>の<g>の<fiscal_year>決算", "<*>の<*>の<*>の<*>!"]'
    )
    greedy = BASE.replace('texts: ["<fiscal_year>決算"]', titles)
    told = faults(read(greedy, [["の" * 30_000], ["の" * 900], HEAD, TAX]))
    assert ("missing_heading", None) in told


def test_merged_areas_over_each_other_are_no_merged_areas() -> None:
    areas = [f"D{row}:Z{1_000 + row}" for row in range(1, 200)]
    data = typed([TITLE, HEAD, TAX, *([] for _ in range(1_200)), [*[None] * 25, "x"]],
                 edit=lambda sheet: [sheet.merged_cells.add(area) for area in areas])  # fmt: skip
    assert len(only(reading(BASE, data)).cells) == 2


def test_a_second_table_under_the_same_headings_is_another_one() -> None:
    rows = [TITLE, HEAD, TAX, [None], ["参考 計画"], HEAD, ["使用料", 5, 6]]
    told = faults(read(BASE, rows))
    assert set(told) == {("several_forms", "A6")}
    assert "repeats: true" in told["several_forms", "A6"]
    again = BASE.replace("tables:\n  - ", "tables:\n  - repeats: true\n    ")
    assert len(figures(read(again, rows))) == 4


@pytest.mark.parametrize(
    ("years", "severity"),
    [
        (["令和2", "令和13", "令和4"], "error"),
        (["令和5", "令和4", "平成3", "令和2"], "error"),
        (["令和2", "令和3", "令和4", "平成5"], "warning"),
        (["平成25", "令和3", "令和4", "令和5"], None),
        (["令和2", "令和4", "令和6"], None),
        (["令和4", "令和5", "令和3"], None),
    ],
)
def test_a_year_out_of_step_is_asked_about(years: list[str], severity: str | None) -> None:
    layout = """
title: 推移
unit: 円
tables:
  - columns: {年度: <fiscal_year>, 未収額: uncollected}
"""
    rows = [["年度", "未収額"], *([year, 10 + at] for at, year in enumerate(years))]
    found = [f for f in read(layout, rows).findings if "の順に並んでいます" in f.message]
    assert [f.severity for f in found] == ([severity] if severity else [])
