"""Tables of kinds that other municipalities print, drawn small: each is said by a layout."""

from support.described import faults, figures, read

INSURANCE = """
title: 国民健康保険料 収納状況
texts: ["国民健康保険料(税)<*>収納状況"]
given: {claim_name: 国民健康保険料}
tables:
  - stub: [fiscal_year, part]
    columns:
      調定額: assessed
      収納額: collected
      不納欠損額: written_off
      収入未済額: uncollected
      収納率: {measure: collection_rate, unit: "%"}
      前年度比: {measure: 前年度比, unit: "%"}
    rows:
      <fiscal_year>: {}
      現年分: {part: current}
      滞納繰越分: {part: prior}
      合計: {part: total}
identities:
  - {sum: [part], total: total, of: [current, prior]}
  - {formula: uncollected = assessed - collected - written_off}
  - {formula: collection_rate = collected / assessed}
  - {formula: 前年度比 = collection_rate - 前年度_collection_rate}
"""


def test_years_and_parts_as_rows_with_the_unit_of_each_column_below() -> None:
    rows = [
        ["国民健康保険料（税）の収納状況"],
        ["年度", "区　分", "調定額", "収納額", "不納欠損額", "収入未済額", "収納率", "前年度比"],
        [None, None, "千円", "千円", "千円", "千円", "％", "ポイント"],
        ["令和３年度", "現年分", 1_000, 900, "－", 100, 90.0, "－"],
        [None, "滞納繰越分", 500, 100, 50, 350, 20.0, "－"],
        [None, "合　計", 1_500, 1_000, 50, 450, 66.67, "－"],
        ["令和４年度", "現年分", 1_000, 910, "－", 90, 91.0, 1.0],
        [None, "滞納繰越分", 450, 90, 60, 300, 20.0, 0.0],
        [None, "合　計", 1_450, 1_000, 60, 390, 68.97, 2.3],
    ]
    found = figures(read(INSURANCE, rows, merge="A4:A6 A7:A9"))
    assert found["G9"] == (
        "collection_rate", 2022, "68.97%", "claim_name=国民健康保険料 part=total",
    )  # fmt: skip
    assert found["E5"][:3] == ("written_off", 2021, "50,000円")
    rows[4][5] = 360
    assert set(faults(read(INSURANCE, rows, merge="A4:A6 A7:A9"))) == {
        ("computed_amount", "F5"), ("parts", "F6"),
    }  # fmt: skip


GROUNDS = """
title: 不納欠損の理由別内訳
texts: ["<fiscal_year>不納欠損処分の状況"]
unit: 円
tables:
  - stub: [claim_name]
    columns:
      件数: {unit: 件}
      人数: {unit: 人}
      金額: {}
      地方税法第15条の7第4項(<ground>): {measure: written_off}
      地方税法第15条の7第5項(<ground>): {measure: written_off}
      地方税法第18条(<ground>): {measure: written_off}
      合計: {measure: written_off, total: true}
    rows: {合計: {total: true}}
identities:
  - {sum: [ground]}
  - {sum: [claim_name]}
"""


def test_write_offs_by_ground() -> None:
    grounds = ["地方税法第15条の7第4項\n（執行停止３年）", "地方税法第15条の7第5項\n（即時消滅）",
               "地方税法第18条\n（時効）", "合計"]  # fmt: skip
    spread = [cell for words in grounds for cell in (words, None)]
    rows = [
        ["令和４年度　不納欠損処分の状況"], ["税目", *spread], [None, *["件数", "金額"] * 4],
        ["個人市民税", 3, 30, 1, 10, 2, 20, 6, 60], ["固定資産税", 1, 5, 0, 0, 4, 45, 5, 50],
        ["合計", 4, 35, 1, 10, 6, 65, 11, 110],
    ]  # fmt: skip
    layout = GROUNDS.replace("    rows:", "    optional: [人数]\n    rows:")
    form = read(layout, rows, merge="A2:A3 B2:C2 D2:E2 F2:G2 H2:I2")
    found = figures(form)
    assert found["F4"] == ("written_off", 2022, "2件", "claim_name=個人市民税 ground=時効")
    assert found["C5"][3] == "claim_name=固定資産税 ground=執行停止３年"
    assert len(found) == 24
    rows[3][2] = 31
    assert set(faults(read(layout, rows, merge="A2:A3 B2:C2 D2:E2 F2:G2 H2:I2"))) == {
        ("parts", "I4"), ("parts", "C6"), ("parts", "I6"),
    }  # fmt: skip


PREFECTURE = """
title: 県税 税目別決算
texts: ["<fiscal_year>県税決算額"]
tables:
  - stub: [claim_name]
    levels: true
    columns:
      予算現額: budget
      調定額: assessed
      収入額: collected
      調定に対する収入歩合: {measure: collection_rate, unit: "%"}
      前年度収入額: {measure: collected, fiscal_year: "-1"}
      対前年度比: {measure: 前年度比, unit: "%"}
    rows: {県税合計: {total: true}}
identities:
  - {sum: [within]}
  - {sum: [claim_name]}
  - {formula: collection_rate = collected / assessed}
  - {formula: 前年度比 = collected / 前年度_collected}
"""


def test_taxes_of_a_prefecture_with_the_year_before_beside() -> None:
    rows = [
        ["令和３年度　県税決算額", None, None, None, None, None, "（単位：百万円、％）"],
        ["税　目", "予算現額", "調定額", "収入額", "調定に対する\n収入歩合",
         "前年度\n収入額", "対前年\n度比"],
        [None, "A", "B", "C", "C/B", "D", "C/D"],
        ["１　普通税", 90, 100, 95, 95.0, 80, 118.8],
        ["　⑴　個人県民税", 50, 60, 56, 93.3, 45, 124.4],
        ["　⑵　事業税", 40, 40, 39, 97.5, 35, 111.4],
        ["２　目的税", 10, 10, 10, 100.0, 10, 100.0],
        ["県　税　合　計", 100, 110, 105, 95.5, 90, 116.7],
    ]  # fmt: skip
    found = figures(read(PREFECTURE, rows))
    assert found["D5"] == ("collected", 2021, "56,000,000円", "claim_name=個人県民税 within=普通税")
    assert found["F8"][:3] == ("collected", 2020, "90,000,000円")


WATER = """
title: 料金の未納状況
texts: ["水道料金の未納状況(<as_of>)"]
unit: 円
tables:
  - given: {claim_name: 水道料金}
    transposed: true
    stub: [調定年度]
    columns:
      件数: {measure: uncollected, unit: 件}
      未納額: uncollected
      うち停水中: {measure: uncollected, 状態: 停水中, total: "true"}
    rows: {計: {total: true}}
identities: [{sum: [調定年度]}]
"""


def test_arrears_by_the_year_in_which_they_arose_at_a_day() -> None:
    rows = [
        ["水道料金の未納状況（令和５年３月３１日現在）"],
        ["調定年度", "令和元年度以前", "令和２年度", "令和３年度", "計"],
        ["件数", "12件", "34件", "56件", "102件"],
        ["未納額", "1,200円", "3,400円", "5,600円", "10,200円"],
        ["うち停水中", "200円", "-", "600円", "800円"],
    ]
    layout = WATER.replace("(<as_of>)", "(<as_of>現在)")
    found = figures(read(layout, rows))
    assert found["B4"] == (
        "uncollected", None, "1,200円",
        "as_of=2023-03-31 claim_name=水道料金 調定年度=令和元年度以前",
    )  # fmt: skip
    assert len(found) == 11


BY_TOWN = """
title: 市町村別の収入未済額
texts: ["<fiscal_year>市町村別収入未済額"]
tables:
  - columns:
      市町村名: <団体>
      収入未済額: uncollected
      徴収率: {measure: collection_rate, unit: "%"}
    rows: {県計: {total: true}}
identities: [{sum: [団体]}]
"""


def test_a_list_that_goes_on_to_the_right_of_itself() -> None:
    rows = [
        ["令和4年度 市町村別収入未済額(単位:万円)"],
        ["市町村名", "収入未済額", "徴収率", "市町村名", "収入未済額", "徴収率"],
        ["甲市", 120, 95.1, "丙町", 30, 97.0],
        ["乙市", 80, 96.2, "丁村", 5, 98.5],
        [None, None, None, "県計", 235, 96.0],
    ]
    found = figures(read(BY_TOWN, rows))
    assert found["B3"] == ("uncollected", 2022, "1,200,000円", "団体=甲市")
    assert found["F4"] == ("collection_rate", 2022, "98.5%", "団体=丁村")
    assert found["E5"] == ("uncollected", 2022, "2,350,000円", "total=True")
    rows[4][4] = 240
    assert set(faults(read(BY_TOWN, rows))) == {("parts", "E5")}


AIMS = """
title: 目標
texts: ["<fiscal_year>の目標"]
given: {scenario: target}
tables:
  - stub: [claim_name]
    columns: {未収金残高: uncollected}
"""


def test_a_figure_that_is_a_range_is_no_less_and_no_more() -> None:
    form = read(AIMS, [["令和5年度の目標"], ["", "未収金残高"], ["市税", "135～140億円"]])
    assert [f.message for f in form.findings] == []
    assert [(c.cell, c.number, '"bound":"以下"' in c.item) for c in form.cells] == [
        ("B3", 14_000_000_000, True),
        ("B3", 13_500_000_000, False),
    ]
    wrong = read(AIMS, [["令和5年度の目標"], ["", "未収金残高"], ["市税", "140～135億円"]])
    assert set(faults(wrong)) == {("unreadable_number", "B3")}


OWNED = """
title: 一覧
texts: ["<fiscal_year>の一覧"]
unit: 円
tables:
  - columns: {課: <department>, 債権: <claim_name>, 未収額: uncollected}
    rows: {計: {total: true}}
identities: [{sum: [claim_name]}]
"""


def test_a_total_is_of_all_owners_that_it_does_not_name() -> None:
    rows = [
        ["令和5年度の一覧"], ["課", "債権", "未収額"], ["甲課", "一", 10], ["乙課", "二", 20],
        ["計", None, 31],
    ]  # fmt: skip
    assert set(faults(read(OWNED, rows))) == {("parts", "C5")}


TWO = """
title: 二つの表
texts: ["<fiscal_year>の二つの表"]
unit: 円
tables:
  - {stub: [claim_name], columns: {調定額: assessed, 収入額: collected}}
  - stub: [claim_name]
    columns: {件数: {measure: uncollected, unit: 件}, 未収額: uncollected}
"""


def test_which_of_two_tables_is_not_there_is_told() -> None:
    rows = [["令和5年度の二つの表"], ["", "調定額", "収入額"], ["市税", 10, 9]]
    (message,) = faults(read(TWO, rows)).values()
    assert message.startswith("見出しが「件数・未収額」などの表が見当たりません。")
