"""What a heading of a described table says for those beside it: eras, measures, totals, names."""

import pytest
from support.described import Row, faults, figures, read

Told = list[tuple[object, ...]]

YEARS = """
title: 未収金の推移
unit: 円
tables:
  - columns: {年度: <fiscal_year>, 未収額: uncollected}
"""


def read_as(yaml: str, rows: list[Row], merge: str = "") -> Told:
    return list(figures(read(yaml, rows, merge=merge)).values())


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (["平成29年度", "30年度", "令和元年度", "２年度"], [2017, 2018, 2019, 2020]),
        (["平成30", 31, "令和2"], [2018, 2019, 2020]),
        (["平成30", "元", 2], [2018, 2019, 2020]),
        (["令和2年度", "元年度", "30年度"], [2020, 2019, 2018]),
        (["平成31年度", "平成32年度"], [2019, 2020]),
    ],
)
def test_an_era_is_told_once_down_a_column_of_years(years: list[object], said: list[int]) -> None:
    rows = [["年度", "未収額"], *([year, 9 + at] for at, year in enumerate(years))]
    assert [year for _, year, *_ in read_as(YEARS, rows)] == said


def test_a_bare_year_that_follows_none_is_asked_about() -> None:
    rows = [["年度", "未収額"], ["平成20年度", 1], ["25年度", 2]]
    assert ("header_value", "A3") in faults(read(YEARS, rows))
    with_era = YEARS.replace("columns:", "era: 平成\n    columns:")
    assert [year for _, year, *_ in read_as(with_era, rows)] == [2008, 2013]


ACROSS = """
title: 未収金の推移
unit: 円
tables:
  - stub: [claim_name]
    columns: {<fiscal_year>: uncollected}
"""


@pytest.mark.parametrize(
    "years",
    [["平成30年度", "元年度", "2年度"], ["平成30年度", "令和元年度", "２年度"], ["平成30", 31, 32]],
)
def test_an_era_is_told_once_across_the_headings(years: list[object]) -> None:
    found = read_as(ACROSS, [["債権", *years], ["市税", 5, 6, 7]])
    assert [year for _, year, *_ in found] == [2018, 2019, 2020]


def test_a_figure_beside_a_year_is_no_year() -> None:
    assert read_as(YEARS, [["年度", "未収額"], ["平成28", 29], ["平成29", 30]]) == [
        ("uncollected", 2016, "29円", ""), ("uncollected", 2017, "30円", ""),
    ]  # fmt: skip


MEASURES = """
title: 収納状況
given: {fiscal_year: 令和5年度}
unit: 円
tables:
  - stub: [measure]
    columns: {市税: {claim_name: 市税}}
    rows:
      調定額: {measure: assessed, part: total}
      収納額: {measure: collected, part: total}
      うち滞納繰越分: {part: prior}
      現年分: {part: current}
"""


def test_a_part_below_a_measure_is_one_of_it() -> None:
    rows = [[None, "市税"], ["調定額", 9], ["　うち滞納繰越分", 2], ["収納額", 7],
            ["　うち滞納繰越分", 1], ["現年分", 6]]  # fmt: skip
    assert [(said[0], said[2], said[3]) for said in read_as(MEASURES, rows)] == [
        ("assessed", "9円", "claim_name=市税 part=total"),
        ("assessed", "2円", "claim_name=市税 part=prior"),
        ("collected", "7円", "claim_name=市税 part=total"),
        ("collected", "1円", "claim_name=市税 part=prior"),
        ("collected", "6円", "claim_name=市税 part=current"),
    ]


def test_a_part_above_all_measures_has_none() -> None:
    assert ("no_meaning", "B2") in faults(read(MEASURES, [[None, "市税"], ["現年分", 9]]))


CLAIMS = """
title: 未収金
given: {fiscal_year: 令和5年度}
unit: 円
tables:
  - stub: [claim_name]
    columns: {未収額: uncollected}
    rows: {うち滞納繰越分: {part: prior}}
"""


def test_a_known_part_of_the_row_above_bears_its_name() -> None:
    rows = [
        [None, "未収額"],
        ["市税", 9],
        ["うち滞納繰越分", 2],
        ["国保", 7],
        ["うち滞納繰越分", 1],
    ]
    assert [said[3] for said in read_as(CLAIMS, rows)] == [
        "claim_name=市税", "claim_name=市税 part=prior total=True",
        "claim_name=国保", "claim_name=国保 part=prior total=True",
    ]  # fmt: skip


REGIONS = """
title: 未収金
given: {fiscal_year: 令和5年度}
unit: 円
tables:
  - stub: [地域, 町]
    columns: {未収額: uncollected}
    rows: {県北: {地域: 県北, total: true}, 全県: {total: true}}
identities: [{sum: [町]}, {sum: [地域]}]
"""


@pytest.mark.parametrize("merge", ["", "A2:A4"])
def test_rows_below_their_total_are_no_totals(merge: str) -> None:
    rows = [[None, None, "未収額"], ["県北", None, 9], [None, "甲町", 4], [None, "乙町", 5],
            ["全県", None, 9]]  # fmt: skip
    assert [said[3] for said in read_as(REGIONS, rows, merge)] == [
        "total=True 地域=県北", "地域=県北 町=甲町", "地域=県北 町=乙町", "total=True",
    ]  # fmt: skip


def test_a_total_merged_over_names_is_one_in_each_row() -> None:
    rows = [[None, None, "未収額"], ["甲", "町税", 4], ["全県", "町税", 4], [None, "国保", 5]]
    found = read_as(REGIONS.partition("identities")[0], rows, "A3:A4")
    assert [said[3] for said in found[1:]] == ["total=True 町=町税", "total=True 町=国保"]


TWICE = """
title: 未収金
unit: 円
tables:
  - columns: {区分: <区分>, <fiscal_year>: {}, 調定額: assessed, 未収額: uncollected}
"""


def test_a_year_beside_the_other_with_names_of_its_own() -> None:
    rows = [
        ["令和4年度", None, None, "令和5年度"],
        ["区分", "調定額", "未収額"] * 2,
        ["高校", 9, 1, "大学", 7, 3],
        ["短大", 8, 2, "高校", 6, 4],
    ]
    found = read_as(TWICE, rows, "A1:C1 D1:F1")
    assert {(said[1], said[2], said[3]) for said in found if said[0] == "uncollected"} == {
        (2022, "1円", "区分=高校"), (2022, "2円", "区分=短大"),
        (2023, "3円", "区分=大学"), (2023, "4円", "区分=高校"),
    }  # fmt: skip


BESIDE = """
title: 内訳
given: {fiscal_year: 令和5年度}
unit: 円
tables:
  - columns: {会計: <会計>, 未収額: uncollected}
  - columns: {発生年度: <発生年度>, 未収額: uncollected}
"""


def test_different_tables_beside_each_other_with_a_blank_column_between() -> None:
    rows = [["会計", "未収額", None, "発生年度", "未収額"], ["一般", 7, None, "令和5年度", 4],
            ["国保", 8, None, "令和4年度以前", 11]]  # fmt: skip
    assert [said[2:] for said in read_as(BESIDE, rows)] == [
        ("7円", "会計=一般"), ("8円", "会計=国保"),
        ("4円", "発生年度=令和5年度"), ("11円", "発生年度=令和4年度以前"),
    ]  # fmt: skip


def test_a_blank_column_within_a_table_keeps_nothing_apart() -> None:
    rows = [["会計", None, "未収額"], ["一般", None, 7]]
    layout = BESIDE.partition("  - columns: {発生")[0]
    assert [said[2:] for said in read_as(layout, rows)] == [("7円", "会計=一般")]


def test_several_years_are_no_year() -> None:
    told = faults(read(YEARS, [["年度", "未収額"], ["令和4年度以前", 1]]))
    assert "以前" in told["header_value", "A2"]


def test_units_by_the_row() -> None:
    layout = """
title: 目標
given: {fiscal_year: 令和5年度}
tables:
  - stub: [claim_name]
    columns: {指標: <measure>, 単位: <unit>, 目標: {scenario: target}}
    rows: {収納率: collection_rate, 未収額: uncollected}
"""
    rows = [["債権", "指標", "単位", "目標"], ["保育料", "収納率", "％", 95.3],
            [None, "未収額", "千円", 30]]  # fmt: skip
    assert [said[2] for said in read_as(layout, rows)] == ["95.3%", "30,000円"]


def test_the_name_of_the_sheet_tells_what_no_cell_does() -> None:
    layout = YEARS.replace("unit:", 'texts: ["She<番号>"]\nunit:')
    found = read_as(layout, [["年度", "未収額"], ["令和4", 1]])
    assert found == [("uncollected", 2022, "1円", "番号=et")]


def test_the_year_before_a_day() -> None:
    layout = """
title: 未収金
texts: ["<as_of>現在"]
unit: 円
tables:
  - stub: [claim_name]
    columns: {未収額: uncollected, 前年度: {measure: uncollected, fiscal_year: "-1"}}
"""
    rows = [["令和6年2月29日現在"], [None, "未収額", "前年度"], ["市税", 7, 9]]
    assert [said[3] for said in read_as(layout, rows)] == [
        "as_of=2024-02-29 claim_name=市税", "as_of=2023-02-28 claim_name=市税",
    ]  # fmt: skip


def test_the_year_before_no_year_is_asked_about() -> None:
    layout = ACROSS.replace("<fiscal_year>: uncollected", "前年度: {fiscal_year: '-1', measure: a}")
    assert (
        "基になる年度"
        in faults(read(layout, [["債権", "前年度"], ["市税", 5]]))["no_meaning", "B2"]
    )


def test_the_unit_of_a_row_counts_before_that_over_its_column() -> None:
    rates = MEASURES.replace("現年分: {part: current}", '収納率: {measure: 率, unit: "%"}')
    rows = [[None, "市税"], [None, "(千円)"], ["調定額", 9], ["収納率", 95.5]]
    assert [said[2] for said in read_as(rates, rows)] == ["9,000円", "95.5%"]


CODES = """
title: 債権
given: {fiscal_year: 令和5年度}
unit: 円
tables:
  - columns: {番号: <番号>, 債権: <claim_name>, 未収額: uncollected}
    rows: {計: {total: true}}
"""


def test_a_total_below_rows_that_are_all_named_takes_no_name_of_the_last_one() -> None:
    rows = [["番号", "債権", "未収額"], ["01", "市税", 3], ["02", "国保", 4], [None, "計", 7]]
    assert read_as(CODES, rows)[-1][3] == "total=True"


def test_a_total_below_each_group_is_of_it() -> None:
    rows = [["番号", "債権", "未収額"], ["01", "市税", 3], [None, "計", 3], ["02", "国保", 4],
            [None, "計", 4]]  # fmt: skip
    assert [said[3] for said in read_as(CODES, rows)][1::2] == [
        "total=True 番号=01", "total=True 番号=02",
    ]  # fmt: skip
