"""Headings of described tables: lines, merges, blanks, letters, units, years, several tables."""

import pytest
from openpyxl import Workbook
from support.described import faults, figures, fill, only, read, reading, typed
from support.workbooks import saved

BASE = """
title: 徴収実績
given: {fiscal_year: 令和3年度}
unit: 千円
tables:
  - stub: [claim_name]
    columns:
      調定済額: assessed
      収入済額: collected
      徴収率: {measure: collection_rate, unit: "%"}
      現年: {part: current}
      滞納: {part: prior}
      計: {part: total}
    optional: [徴収率, 現年, 滞納, 計]
"""
SPLIT = [("assessed", "current"), ("assessed", "prior"), ("collected", "current")]


def parts(form_figures: dict[str, tuple[object, ...]]) -> list[tuple[object, object]]:
    return [(measure, str(said).rpartition("part=")[2]) for measure, _, _, said in (
        form_figures.values()
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "merge"),
    [
        ([["税目", "調定済額", None, "収入済額"], [None, "現年", "滞納", "現年"]], "A1:A2 B1:C1"),
        ([["税目", "調定済額", None, "収入済額"], [None, "現年", "滞納", "現年"]], ""),
        ([["税目", "調定済額", "調定済額", "収入済額"], ["", "現年", "滞納", "現年"]], ""),
        ([["税目", "現年", "滞納", "現年"], [None, "調定済額", None, "収入済額"]], "B2:C2"),
        (
            [["税目", "調 定", None, "収 入"], [None, "済 額", None, "済 額"],
             [None, "現年", "滞納", "現年"]],
            "B1:C1 B2:C2",
        ),
        (
            [["税目", "調定済額", None, "収入済額"], [None, None, None, None],
             [None, "現年", "滞納", "現年"], [None, "A", "（ウ）", "E÷B×100"]],
            "B1:C2 D1:D2",
        ),
        (
            [["税目", "調定済額", None, "収入済額"], [None, "現年", "滞納", "現年"],
             [None, "①", "②", "③=②/①"], [None, "千円", "(千円)", "（千円）"]],
            "",
        ),
        (
            [["税目", "調定済額", None, "収入済額"], [None, "現年", "滞納", "現年"],
             [None, "(1)", "(2)", "(3)"]],
            "",
        ),
        (
            [["税目", "調定済額", None, "収入済額"], [None, "現年", "滞納", "現年"], [1, 2, 3, 4]],
            "",
        ),
        ([["税目", "ﾁｮｳﾃｲ調定済額A", None, "収入済額Ｂ"], [None, "現年", "滞納", "現年"]], None),
    ],
)  # fmt: skip
def test_lines_of_a_heading(lines: list[list[object]], merge: str | None) -> None:
    if merge is None:  # letters behind, and half-width kana
        lines[0][1] = "調定済額Ａ"
    found = figures(read(BASE, [*lines, ["市税", 11, 22, 33]], merge=merge or ""))
    assert parts(found) == SPLIT
    assert [value for _, _, value, _ in found.values()] == ["11,000円", "22,000円", "33,000円"]


def test_half_width_kana_is_the_same_word() -> None:
    layout = BASE.replace("調定済額", "グループ計")
    rows = [["税目", "ｸﾞﾙｰﾌﾟ計", "収入済額"], ["市税", 11, 22]]
    assert figures(read(layout, rows))["B2"][0] == "assessed"


def test_six_lines() -> None:
    layout = BASE.replace(
        "現年:", "一般会計: {会計: 一般}\n      実績: {scenario: actual}\n      現年:"
    )
    lines = [
        ["税目", "一般会計"], [None, "実績"], [None, "調定済額", None, "収入済額"],
        [None, "現年", "滞納", "現年"], [None, "A", "B", "C"], [None, "円", "円", "円"],
    ]  # fmt: skip
    form = read(layout, [*lines, ["市税", 11, 22, 33]], merge="A1:A6 B1:D1 B2:D2 B3:C3")
    assert figures(form)["C7"] == (
        "assessed", 2021, "22円", "claim_name=市税 part=prior scenario=actual 会計=一般",
    )  # fmt: skip


ACROSS = """
title: 推移
unit: 円
tables:
  - stub: [claim_name]
    columns: {<fiscal_year>: uncollected}
"""


@pytest.mark.parametrize(
    "lines",
    [
        [["区分", "平成30年度", "令和元年度", "令和2年度"]],
        [["区分", "H30", "R1", "R2"]],
        [["区分", "平30", "令元", "令2"]],
        [["区分", "2018年度", "２０１９年度", "2020"]],
        [["区分", 2018, 2019, 2020]],
        [["区分", "平成30年度(2018年度)", "令和元年度", "令和2年度（2020年度）"]],
        [["区分", "平成30年度", "令和元年度", "令和2年度"], [None, "2019年", "2020年", "2021年"]],
        [["区分", "平成30年度", "令和元年度", "令和2年度"], [None, 2019, 2020, 2021]],
        [["区分", "2019年", "2020年", "2021年"], [None, "平成30年度", "令和元年度", "令和2年度"]],
    ],
)
def test_years_across(lines: list[list[object]]) -> None:
    """Of a year in both calendars the era's counts (domain §3)."""
    rows = [["令和3年度"], *lines, ["市税", 2001, 2002, 2003], ["国保", 18, 19, 20]]
    found = figures(read(ACROSS, rows)).values()
    assert [(year, value) for _, year, value, _ in found] == [
        (2018, "2,001円"), (2019, "2,002円"), (2020, "2,003円"),
        (2018, "18円"), (2019, "19円"), (2020, "20円"),
    ]  # fmt: skip


@pytest.mark.parametrize("years", [[18, 19, 20], ["18", "１９", "20"], ["18年度", "19", "20"]])
def test_bare_years_of_an_era(years: list[object]) -> None:
    layout = ACROSS.replace("    columns", "    era: 平成\n    columns")
    rows = [["区分", *years], ["市税", 5, 6, 7], ["国保", 19, 20, 21]]
    found = figures(read(layout, rows)).values()
    assert [(year, value) for _, year, value, _ in found] == [
        (2006, "5円"), (2007, "6円"), (2008, "7円"), (2006, "19円"), (2007, "20円"), (2008, "21円"),
    ]  # fmt: skip


def test_years_below_measures() -> None:
    layout = ACROSS.replace("<fiscal_year>: uncollected", "<fiscal_year>: {}, 調定: a, 収入: b")
    rows = [["調定", None, "収入"], [2018, 2019, 2018, 2019], ["市税", 2019, 2020, 3, 4]]
    lines = [[None, *rows[0]], ["区分", *rows[1]], rows[2]]
    found = figures(read(layout, lines)).values()
    assert [(measure, year) for measure, year, _, _ in found] == [
        ("a", 2018), ("a", 2019), ("b", 2018), ("b", 2019),
    ]  # fmt: skip


def test_the_year_before() -> None:
    layout = BASE.replace("現年: {part: current}", '前年度: {fiscal_year: "-1"}').replace(
        "現年, ", "前年度, "
    )
    rows = [["税目", "調定済額", None, "収入済額"], [None, "計", "前年度", "計"], ["市税", 1, 2, 3]]
    years = [year for _, year, _, _ in figures(read(layout, rows)).values()]
    assert years == [2021, 2020, 2021]


def test_a_transposed_table() -> None:
    layout = BASE.replace("    columns", "    transposed: true\n    columns")
    rows = [
        ["税目", "市税", "国保"],
        ["調定済額", 11, 12],
        ["収入済額", 21, 22],
        ["徴収率", 50, 60],
    ]
    found = figures(read(layout, rows))
    assert found["C2"] == ("assessed", 2021, "12,000円", "claim_name=国保")
    assert found["B4"] == ("collection_rate", 2021, "50%", "claim_name=市税")
    assert len(found) == 6


def test_a_group_of_blanks_ends_where_another_heading_begins_above() -> None:
    layout = BASE.replace("現年:", "参考: {部: 参考}\n      現年:").replace(
        "[徴収率", "[参考, 徴収率"
    )
    rows = [
        ["税目", "調定済額", None, "参考"],
        [None, "現年", "滞納", "収入済額"],
        ["市税", 1, 2, 3],
    ]
    said = [words for *_, words in figures(read(layout, rows)).values()]
    assert said[1:] == ["claim_name=市税 part=prior", "claim_name=市税 部=参考"]


DEPARTMENTS = """
title: 部局別
given: {fiscal_year: 令和3年度}
unit: 円
tables:
  - above: ["(<department>)"]
    stub: [claim_name]
    columns: {調定額: assessed, 収入額: collected}
    rows: {合計: {total: true}}
identities: [{sum: [claim_name]}]
"""
TWO = [
    ["(税務部)"], ["区分", "調定額", "収入額"], ["市税", 11, 22], ["合計", 11, 22], [],
    [None, "（水道部）"], ["区分", "調定額", "収入額"], ["料金", 33, 44], ["合計", 33, 44],
]  # fmt: skip


def test_tables_below_each_other_with_their_title_above() -> None:
    found = figures(read(DEPARTMENTS, TWO))
    assert found["B3"][3] == "claim_name=市税 department=税務部"
    assert found["C8"][2:] == ("44円", "claim_name=料金 department=水道部")
    assert found["C9"][3] == "department=水道部 total=True"


def test_a_title_of_the_table_before_is_no_title_of_the_next_one() -> None:
    rows = [*TWO[:5], [], *TWO[6:]]
    (fault,) = faults(read(DEPARTMENTS, rows)).items()
    assert fault[0] == ("missing_heading", "A7")
    assert "「(<department>)」の形の語がありません" in fault[1]


def test_the_second_table_of_a_kind_is_the_second_description() -> None:
    layout = """
title: 二つ
given: {fiscal_year: 令和3年度}
unit: 円
tables:
  - {stub: [claim_name], columns: {調定額: assessed, 収入額: collected}, given: {会計: 一般}}
  - {stub: [claim_name], columns: {調定額: assessed, 収入額: collected}, given: {会計: 特別}}
"""
    found = figures(read(layout, [row for row in TWO if row[:1] != ["合計"]]))
    assert [said for *_, said in found.values()] == [
        "claim_name=市税 会計=一般", "claim_name=市税 会計=一般",
        "claim_name=料金 会計=特別", "claim_name=料金 会計=特別",
    ]  # fmt: skip


def test_each_sheet_is_a_form() -> None:
    book = Workbook()
    fill(book.worksheets[0], TWO[:4])
    fill(book.create_sheet("水道"), TWO[5:])
    forms = reading(DEPARTMENTS, saved(book)).forms
    assert [(form.sheet, form.department, len(figures(form))) for form in forms] == [
        ("Sheet", "税務部", 4), ("水道", "水道部", 4),
    ]  # fmt: skip


def test_a_table_in_the_middle_of_a_sheet() -> None:
    rows = [[], [], *[[None, None, *row] for row in TWO[:4]]]
    form = only(reading(DEPARTMENTS, typed(rows)))
    assert sorted(figures(form)) == ["D5", "D6", "E5", "E6"]
