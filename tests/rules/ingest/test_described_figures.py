"""Figures of described tables: what is written, in which unit; and where the unit is told."""

from collections.abc import Callable

import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from support.described import faults, figures, only, read, reading, typed

BASE = """
title: 徴収実績
given: {fiscal_year: 令和3年度}
tables:
  - stub: [claim_name]
    columns:
      調定額: assessed
      件数: {measure: assessed, unit: 件}
      収納率: {measure: collection_rate, unit: "%"}
      割合: {measure: share, unit: 割合}
    optional: [件数, 収納率, 割合]
"""


def one(heading: str, value: object, unit: str = "(単位:円)", layout: str = BASE) -> str:
    rows = [[unit], ["区分", "調定額", heading], ["市税", 7, value]]
    found = figures(read(layout, rows))
    return str(found["C3"][2]) + str(found["C3"][3]).removesuffix("claim_name=市税")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (1234, "1,234円"), ("1,234", "1,234円"), ("１，２３４", "1,234円"), ("△1,234", "-1,234円"),
        ("▲ 628", "-628円"), ("-628", "-628円"), ("－628", "-628円"), ("ー628", "-628円"),
        ("(628)", "-628円"), ("（628）", "-628円"), ("12億円", "1,200,000,000円"),
        ("△25億円", "-2,500,000,000円"), ("3百万円", "3,000,000円"), ("1.5億円", "150,000,000円"),
        ("393億円以下", "39,300,000,000円bound=以下 "), (0, "0円"), (2.0, "2円"),
        ("1億2,345万円", "123,450,000円"), ("△1兆2億円", "-1,000,200,000,000円"),
        ("￥1,234", "1,234円"), ("△¥5", "-5円"),
    ],
)  # fmt: skip
def test_an_amount(written: object, said: str) -> None:
    layout = BASE.replace("      件数", "      未済額: uncollected\n      件数")
    assert one("未済額", written, layout=layout) == said


@pytest.mark.parametrize(
    ("heading", "written", "said"),
    [
        ("件数", 12, "12件"), ("件数", "12件", "12件"), ("件数", "１２ 件", "12件"),
        ("収納率", 98.9, "98.9%"), ("収納率", "98.9%", "98.9%"), ("収納率", "９８．９％", "98.9%"),
        ("収納率", "△1.1", "-1.1%"), ("割合", 0.985, "98.5%"), ("割合", "98.5%", "98.5%"),
    ],
)  # fmt: skip
def test_a_count_or_a_rate(heading: str, written: object, said: str) -> None:
    assert one(heading, written) == said


@pytest.mark.parametrize("dash", ["-", "－", "―", "ー", "— ", None, "  "])
def test_a_dash_is_no_figure(dash: object) -> None:
    rows = [["(単位:円)"], ["区分", "調定額", "件数"], ["市税", 7, dash]]
    assert list(figures(read(BASE, rows))) == ["B3"]


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("件数", "5人"), ("件数", 3.5), ("件数", "3千円"), ("調定額", "50%"), ("調定額", 1.5),
        ("調定額", "1 2"), ("調定額", "1,2,3"), ("調定額", "①"), ("調定額", "12²"),
        ("調定額", "12件 3,400円"), ("調定額", True), ("調定額", 10**15), ("収納率", "50円"),
        ("調定額", "3億5千万円"), ("調定額", "△"), ("調定額", "1/2"),
    ],
)  # fmt: skip
def test_what_nobody_can_read_is_told(heading: str, written: object) -> None:
    layout = BASE.replace("      件数", "      他: other\n      件数").replace("[件数", "[他, 件数")
    heading = heading.replace("調定額", "他")
    rows = [["(単位:円)"], ["区分", "調定額", heading], ["市税", 7, written]]
    told = faults(read(layout, rows))
    assert set(told) == {("unreadable_number", "C3")}
    assert "記入してください。" in told["unreadable_number", "C3"]


def cell(edit: Callable[[Worksheet], object], value: object = 92_234_000) -> bytes:
    rows = [["(単位:千円)"], ["区分", "調定額", "収納率"], ["市税", value, 0.5], ["国保", 8, 0.6]]
    return typed(rows, edit=edit)


def test_thousands_on_the_screen_are_thousands() -> None:
    form = only(reading(BASE, cell(lambda s: setattr(s["B3"], "number_format", "#,##0,"))))
    assert set(faults(form)) == {("not_as_seen", "B3")}
    assert form.cells[0].number == 92_234_000


def test_a_percentage_is_what_the_screen_shows() -> None:
    form = only(reading(BASE, cell(lambda s: setattr(s["C3"], "number_format", "0.0%"))))
    assert figures(form)["C3"][2] == "50%"
    assert figures(form)["C4"][2] == "0.6%"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda s: setattr(s["B3"], "font", Font(strike=True)), ("struck_out", "B3")),
        (lambda s: setattr(s["A3"], "font", Font(strike=True)), ("struck_out", "A3")),
        (lambda s: setattr(s["C2"], "font", Font(strike=True)), ("struck_out", "C2")),
        (lambda s: setattr(s["B3"], "number_format", ";;;"), ("not_as_seen", "B3")),
        (lambda s: setattr(s["B3"], "value", "=1+1"), ("uncached_formula", "B3")),
        (lambda s: setattr(s["B3"], "value", "#DIV/0!"), ("unreadable_number", "B3")),
        (lambda s: s.merge_cells("B3:B4"), ("not_as_seen", "B4")),
        (lambda s: s.merge_cells("B3:C3"), ("not_as_seen", "C3")),
    ],
)
def test_what_is_not_plainly_to_be_seen_goes_back(
    edit: Callable[[Worksheet], object], told: tuple[str, str]
) -> None:
    form = only(reading(BASE, cell(edit, 7)))
    assert told in {(f.rule, f.cell) for f in form.findings if f.severity == "error"}


def test_rows_struck_out_are_withdrawn_and_hidden_ones_told() -> None:
    def edit(sheet: Worksheet) -> None:
        for each in sheet[4]:
            each.font = Font(strike=True)
        sheet.row_dimensions[3].hidden = True

    form = only(reading(BASE, cell(edit, 7)))
    assert set(faults(form)) == {("struck_out", "A4"), ("hidden_cells", "B3")}
    assert [c.cell for c in form.cells] == ["B3", "C3"]


@pytest.mark.parametrize(
    ("above", "heading", "below", "layout", "yen"),
    [
        ("(単位:千円)", "調定額", None, "", "7,000円"),
        ("（単位　百万円）", "調定額", None, "", "7,000,000円"),
        ("", "調定額(千円)", None, "", "7,000円"),
        ("(単位:円)", "調定額【千円】", None, "", "7,000円"),
        ("", "調定額", "千円", "", "7,000円"),
        ("", "調定額", None, "unit: 億円", "700,000,000円"),
        ("(単位:円)", "調定額", None, "unit: 億円", "7円"),
        ("(単位:千円、%)", "調定額", None, "", "7,000円"),
    ],
)
def test_where_the_unit_is_told(
    above: str, heading: str, below: str | None, layout: str, yen: str
) -> None:
    lines = [[above], ["区分", heading], *([[None, below]] if below else []), ["市税", 7]]
    (found,) = figures(read(f"{layout}\n{BASE}", lines)).values()
    assert found[2] == yen


def test_amounts_without_a_unit_are_asked_for() -> None:
    message = faults(read(BASE, [["区分", "調定額"], ["市税", 7]]))["unreadable_number", "B2"]
    assert "(単位:千円)" in message


def test_each_table_has_the_unit_above_it() -> None:
    layout = BASE + "  - {stub: [measure], columns: {金額: {}}, rows: {基金: {measure: fund}}}\n"
    lines = [
        ["(単位:円)"],
        ["区分", "調定額"],
        ["市税", 7],
        ["(単位:千円)"],
        ["", "金額"],
        ["基金", 8],
    ]
    assert [value for _, _, value, _ in figures(read(layout, lines)).values()] == ["7円", "8,000円"]


def test_two_units_that_nobody_can_tell_apart() -> None:
    lines = [["区分", "調定額"], ["市税", 7], ["(単位:円)"], ["(単位:千円)"]]
    assert set(faults(read(BASE, lines))) == {("unreadable_number", "B2")}


def test_an_amount_is_no_personal_number() -> None:
    """Of twelve digits, one in eleven has the check digit of a My Number."""
    rows = [["(単位:円)"], ["区分", "調定額"], ["市税", 100_279_000_000]]
    assert figures(read(BASE, rows))["B3"][2] == "100,279,000,000円"


def test_a_name_of_a_person_goes_back() -> None:
    rows = [["(単位:円)"], ["区分", "調定額"], ["佐藤一郎様", 7]]
    told = faults(read(BASE, rows))
    assert ("personal", "B3") in told
    assert not any("佐藤" in message for message in told.values())


OF_COLUMNS = """
title: 決算
texts: ["<fiscal_year>決算"]
unit: 円
tables:
  - stub: [claim_name]
    columns:
      調定額: assessed
      収入額: collected
      収納率(B/A): {measure: collection_rate, unit: "%"}
identities: [{formula: collection_rate = collected / assessed}]
"""


def test_the_unit_in_a_heading_is_only_that_of_its_column() -> None:
    rows = [["令和5年度決算"], ["", "調定額(百万円)", "収入額"], ["市税", 5, 4]]
    layout = OF_COLUMNS.replace("    columns", "    optional: [収納率(B/A)]\n    columns")
    form = read(layout, rows)
    assert [c.number for c in form.cells] == [5_000_000, 4]


BY_ROW = """
title: 表
given: {fiscal_year: 令和3年度}
tables:
  - stub: [measure]
    columns: {市税: {claim_name: 市税}, 国保: {claim_name: 国保}}
    rows:
      調定額: {measure: assessed}
      収入額: {measure: collected}
      滞納: {kind: 滞納}
      督促: {measure: 督促額}
"""


def test_the_unit_beside_a_row_is_only_that_of_the_row_and_of_those_below_it() -> None:
    rows = [
        ["区分", "市税", "国保"], ["調定額(百万円)", 1, 2], ["収入額", 3, 4],
        ["滞納(円)", None, None], ["督促", 5, 6],
    ]  # fmt: skip
    found = figures(read(BY_ROW, [["(単位:千円)"], *rows]))
    assert [figure[2] for figure in found.values()] == [
        "1,000,000円", "2,000,000円", "3,000円", "4,000円", "5円", "6円"
    ]  # fmt: skip
    assert ("unreadable_number", "B3") in faults(read(BY_ROW, rows))


def test_another_unit_over_a_column_than_beside_its_row() -> None:
    rows = [["(単位:円)"], ["区分", "市税(千円)", "国保"], ["調定額(百万円)", 1, 2]]
    told = faults(read(BY_ROW, rows))
    assert list(told) == [("unreadable_number", "B3")]
    assert "見出しの単位(千円と百万円)を一つにし" in told["unreadable_number", "B3"]


def test_the_unit_beside_the_day() -> None:
    day, head = "令和6年5月31日現在 金額:千円", ["", "調定額", "収入額", "収納率\n(B/A)"]
    rows = [["令和5年度決算"], [day], head, ["市税", 120, 110, 91.7]]
    assert figures(read(OF_COLUMNS, rows))["B4"][2] == "120,000円"


def test_a_rate_that_was_rounded_before_it_is_shown_in_percent() -> None:
    rows = [["令和5年度決算"], ["", "調定額", "収入額", "収納率(B/A)"], ["市税", 120, 110, 0.9167]]

    def in_percent(sheet: Worksheet) -> None:
        sheet["D3"].number_format = "0.00%"

    form = only(reading(OF_COLUMNS, typed(rows, edit=in_percent)))
    assert figures(form)["D3"][2] == "91.67%"


@pytest.mark.parametrize("written", ["…", "...", "Ｘ", "皆増", "皆減", "***", "－"])
def test_marks_of_no_figure(written: str) -> None:
    rows = [["(単位:円)"], ["区分", "調定額", "収納率"], ["市税", 7, written]]
    assert list(figures(read(BASE, rows))) == ["B3"]


def test_what_a_table_counts_in() -> None:
    layout = BASE.replace("件数: {measure: assessed, unit: 件}", "件数: {measure: 学校, unit: 校}")
    assert one("件数", "12校", layout=layout) == "12校"
    assert one("件数（校）", 12, layout=layout) == "12校"


def test_the_unit_that_a_layout_gives_to_a_column_counts() -> None:
    layout = BASE.replace("件数: {measure: assessed, unit: 件}", "件数: {measure: a, unit: 千円}")
    assert one("件数", 12, layout=layout) == "12,000円"
    assert one("件数", "12千円", layout=layout) == "12,000円"
    rows = [["(単位:円)"], ["区分", "調定額", "件数(百万円)"], ["市税", 7, 12]]
    assert set(faults(read(layout, rows))) == {("unreadable_number", "C3")}
