"""What stands beside the figures of a described table: columns of names, levels, sections."""

import pytest
from support.described import Row, faults, figures, read

BASE = """
title: 徴収実績
given: {fiscal_year: 令和3年度}
unit: 円
tables:
  - stub: [claim_name, part]
    columns: {調定額: assessed}
    rows:
      現: {part: current}
      滞: {part: prior}
      計: {part: total}
      合計: {total: true}
"""
HEAD = ["区分", None, "調定額"]


@pytest.mark.parametrize(
    ("rows", "merge"),
    [
        ([["市税", "現", 1], [None, "滞", 2], ["国保", "現", 3], [None, "滞", 4]], "A2:A3 A4:A5"),
        ([["市税", "現", 1], [None, "滞", 2], ["国保", "現", 3], [None, "滞", 4]], ""),
        ([["市税", "現", 1], ["〃", "滞", 2], ["国保", "現", 3], ["同上", "滞", 4]], ""),
        ([["市税", "現", 1], ["市税", "滞", 2], [], ["国保", "現", 3], ["国保", "滞", 4]], ""),
        ([["市　税", " 現 ", 1], [None, "滞", 2], ["国\n保", "現", 3], [None, "滞", 4]], ""),
    ],
)
def test_names_of_several_columns(rows: list[Row], merge: str) -> None:
    said = [
        (value, words)
        for *_, value, words in figures(read(BASE, [HEAD, *rows], merge=merge)).values()
    ]
    assert said == [
        ("1円", "claim_name=市税 part=current"), ("2円", "claim_name=市税 part=prior"),
        ("3円", "claim_name=国保 part=current"), ("4円", "claim_name=国保 part=prior"),
    ]  # fmt: skip


BY_CLAIM = """
title: 表
unit: 円
given: {fiscal_year: 令和3年度}
tables: [{stub: [claim_name], columns: {調定額: assessed}}]
"""


@pytest.mark.parametrize("name", ["計", "総 計", "計 6債権", "合計　１２件", "債権計", "計(A)"])
def test_what_may_be_a_total_is_no_name_of_its_own(name: str) -> None:
    told = faults(read(BY_CLAIM, [["", "調定額"], ["市税", 1], [name, 1]]))
    assert list(told) == [("unknown_row_label", "A3")]


@pytest.mark.parametrize("name", ["計画策定費", "会計", "統計調査", "計量手数料 2種"])
def test_a_name_that_only_holds_the_word_is_one(name: str) -> None:
    found = figures(read(BY_CLAIM, [["", "調定額"], ["市税", 1], [name, 2]]))
    assert found["B3"][3] == f"claim_name={name}"


def test_a_total_over_both_columns_says_no_more_than_that() -> None:
    rows = [["市税", "現", 1], ["合　計", None, 2]]
    assert figures(read(BASE, [HEAD, *rows]))["C3"][3] == "total=True"


def test_a_name_merged_over_both_columns_stands_for_both() -> None:
    rows = [["たばこ税", None, 1], ["市税", "現", 2]]
    found = figures(read(BASE, [HEAD, *rows], merge="A2:B2"))
    assert found["C2"][3] == "claim_name=たばこ税"


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([[None, "現", 1], ["国保", "滞", 2]], "A2"),
        ([["市税", "現", 1], ["国保", None, 2]], "B3"),
    ],
)
def test_a_row_says_all_that_its_columns_tell(rows: list[Row], cell: str) -> None:
    told = faults(read(BASE, [HEAD, *rows]))
    message = told["no_meaning", cell]
    assert "見出し" in message
    assert "rows に書いてください" in message


NUMBERED = """
title: 税目別
given: {fiscal_year: 令和3年度}
unit: 円
tables:
  - stub: [claim_name]
    levels: true
    columns: {調定額: assessed}
    rows: {合計: {total: true}}
identities: [{sum: [within]}, {sum: [claim_name]}]
"""


def test_levels_by_numbers() -> None:
    rows = [
        ["一　普　通　税", 6], ["1 市町村民税", 6], ["(1) 個人", 2], ["(2)法人", 4],
        ["うち均等割", 3], ["2 固定資産税", 0], ["二　目　的　税", 5], ["合　計", 11],
    ]  # fmt: skip
    layout = NUMBERED.replace(", {sum: [claim_name]}", "")
    said = [words for *_, words in figures(read(layout, [["税目", "調定額"], *rows])).values()]
    assert said == [
        "claim_name=普通税 total=True",
        "claim_name=市町村民税 total=True within=普通税",
        "claim_name=個人 within=普通税/市町村民税",
        "claim_name=法人 within=普通税/市町村民税",
        "claim_name=うち均等割 total=True within=普通税/市町村民税/法人",
        "claim_name=固定資産税 within=普通税",
        "claim_name=目的税",
        "total=True",
    ]


def test_levels_by_indent() -> None:
    rows = [["市税", 7], ["　市民税", 3], ["　固定資産税", 4], ["国保", 5], ["合計", 12]]
    said = figures(read(NUMBERED, [["税目", "調定額"], *rows]))
    assert said["B2"][3] == "claim_name=市税 total=True"
    assert said["B4"][3] == "claim_name=固定資産税 within=市税"
    assert said["B5"][3] == "claim_name=国保"


def test_a_level_that_does_not_add_up() -> None:
    rows = [["市税", 8], ["　市民税", 3], ["　うち個人", 1], ["　固定資産税", 4]]
    layout = NUMBERED.replace(", {sum: [claim_name]}", "")
    message = faults(read(layout, [["税目", "調定額"], *rows]))["parts", "B2"]
    assert message.startswith("セルB3・B5を足すと7ですが「8」となっています")


@pytest.mark.parametrize(
    "words", ["うち退職分", "（うち退職分）", "上記のうち退職分", "(再掲)退職分"]
)
def test_a_part_of_the_row_above_is_no_row_of_its_own(words: str) -> None:
    rows = [["① 均等割", 3], ["② 所得割", 4], [words, 1], ["合計", 7]]
    layout = NUMBERED.replace("{sum: [within]}, ", "")
    found = figures(read(layout, [["税目", "調定額"], *rows]))
    assert found["B4"][3].endswith("total=True within=所得割")


@pytest.mark.parametrize("name", ["一　般　税", "三　重　県", "ア　パート", "1 号線", "I 種"])
def test_what_looks_like_a_number_is_none_where_nothing_is_counted(name: str) -> None:
    """A name that is stretched over its cell keeps its first character."""
    layout = NUMBERED.partition("identities")[0]
    rows = [["税目", "調定額"], [name, 1], ["七　戸　町", 2], ["八　戸　市", 3]]
    said = [words for *_, words in figures(read(layout, rows)).values()]
    stretched = "".join(name.split("　"))
    assert said == [f"claim_name={n}" for n in (stretched, "七戸町", "八戸市")]


SECTIONS = """
title: 債権別
given: {fiscal_year: 令和3年度}
unit: 円
tables:
  - stub: [claim_name]
    columns: {調定額: assessed}
    rows:
      現年度分: {part: current}
      滞納繰越分: {part: prior}
      小計: {total: true}
      合計: {total: true}
"""
IN_SECTIONS = [
    ["区分", "調定額"], ["現年度分"], ["市税", 1], ["国保", 2], ["小計", 3],
    ["滞納繰越分"], ["市税", 4], ["国保", 5], ["小計", 9],
]  # fmt: skip


def test_a_row_of_only_a_known_word_tells_of_the_rows_below() -> None:
    said = [words for *_, words in figures(read(SECTIONS, IN_SECTIONS)).values()]
    assert said == [
        "claim_name=市税 part=current", "claim_name=国保 part=current", "part=current total=True",
        "claim_name=市税 part=prior", "claim_name=国保 part=prior", "part=prior total=True",
    ]  # fmt: skip


def test_a_total_below_the_last_section_may_be_of_all() -> None:
    rows = [*IN_SECTIONS[:4], *IN_SECTIONS[5:8], ["合計", 12]]
    message = faults(read(SECTIONS, rows))["no_meaning", "A8"]
    assert "すべての区分の合計かが決まりません" in message
    told = SECTIONS.replace("合計: {total: true}", "合計: {part: total, total: true}")
    assert figures(read(told, rows))["B8"][3] == "part=total total=True"


def test_a_total_below_sections_with_totals_of_their_own_is_of_all() -> None:
    rows = [*IN_SECTIONS, ["合計", 12]]
    assert figures(read(SECTIONS, rows))["B10"][3] == "total=True"


def test_notes_below_a_table_are_no_rows_of_it() -> None:
    rows = [
        HEAD,
        ["市税", "現", 1],
        [],
        ["※1 概数"],
        ["注", None, "端数は切捨て"],
        [None, None, "注2"],
    ]
    assert list(figures(read(BASE, rows))) == ["C2"]


def test_a_word_in_place_of_a_figure_is_told() -> None:
    told = faults(read(BASE, [HEAD, ["市税", "現", "不明"], ["市税", "滞", 1]]))
    assert set(told) == {("unreadable_number", "C2")}


def test_a_single_number_above_a_list_of_another_kind() -> None:
    rows = [["税目", "調定額"], ["一 普 通 税", 7], ["(1) 市 民 税", 3], ["(2) 軽自動車税", 4]]
    layout = NUMBERED.replace(", {sum: [claim_name]}", "")
    said = [words for *_, words in figures(read(layout, rows)).values()]
    assert said[:2] == ["claim_name=普通税 total=True", "claim_name=市民税 within=普通税"]


OWNED = """
title: 一覧
texts: ["<fiscal_year>の一覧"]
unit: 円
tables:
  - columns: {債権: <claim_name>, 課: <department>, 未収額: uncollected}
"""


def test_a_row_of_another_owner_is_not_of_the_claim_above() -> None:
    rows = [
        ["令和5年度の一覧"],
        ["債権", "課", "未収額"],
        ["市税", "税務課", 10],
        [None, "住宅課", 20],
    ]
    assert set(faults(read(OWNED, rows))) == {("no_meaning", "A4")}


def test_below_merged_cells_a_blank_is_a_blank() -> None:
    head = [["令和5年度の一覧"], ["課", "債権", "未収額"]]
    rows = [*head, ["税務課", "市税", 10], [None, "都市計画税", 5], [None, "家賃", 20]]
    layout = OWNED.replace(
        "債権: <claim_name>, 課: <department>", "課: <department>, 債権: <claim_name>"
    )
    assert set(faults(read(layout, rows, merge="A3:A4"))) == {("no_meaning", "A5")}
    assert figures(read(layout, rows))["C5"][3] == "claim_name=家賃 department=税務課"
