"""Drafts of layouts: what is found on a sheet, what is known of it, what a person is asked."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook
from support.words import words_between
from support.workbooks import DATA, saved

from ingest.described.layout import UNKNOWN, Described, Table
from ingest.drafting import Drafted, draft_workbook

MOST_WORDS = 12
TABLES = {
    "fudosan": ("令和3年度県税の税目別", "(8)"),
    "hoki": ("平成30年度に放棄", "債権放棄"),
    "kaishu_all": ("令和2年度債権回収", "全体"),
    "kaishu_bukyoku": ("令和2年度債権回収", "部局別"),
    "kenzei21": ("平成21年度県税", "総括"),
    "mishu": ("未収金の状況", "未収金の状況"),
    "sai": ("佐井村", "佐井村"),
    "shicho25": ("平成25年度市町村税", "総括表"),
}


def book_of(name: str) -> Path:
    """The workbook whose name begins so, however the disk composes its letters."""
    books = (DATA / "tables").glob("*.xlsx")
    return next(b for b in books if unicodedata.normalize("NFC", b.name).startswith(name))


def draft(rows: Sequence[Sequence[object]], file: str = "表.xlsx", *merged: str) -> Drafted:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    return draft_workbook(saved(book), file, None)


def told(made: Drafted) -> dict[str, object]:
    layout: dict[str, object] = yaml.safe_load(made.content)
    return layout


def table(made: Drafted, number: int = 0) -> dict[str, object]:
    tables = told(made)["tables"]
    assert isinstance(tables, list)
    return tables[number]


@pytest.mark.parametrize("layout", TABLES)
def test_a_person_adds_a_dozen_words_at_most(layout: str) -> None:
    name, sheet = TABLES[layout]
    path = book_of(name)
    made = draft_workbook(path.read_bytes(), path.name, sheet)
    final = (DATA / "layouts" / f"{layout}.yml").read_text("utf-8")
    words = words_between(made.content, final)
    assert len(words) <= MOST_WORDS, words


@pytest.mark.parametrize("layout", TABLES)
def test_a_draft_leaves_no_figure_of_the_table_unread(layout: str) -> None:
    name, sheet = TABLES[layout]
    path = book_of(name)
    made = draft_workbook(path.read_bytes(), path.name, sheet)
    assert not made.problems
    assert made.figures > 0


def test_the_words_between_are_counted_both_ways() -> None:
    before = "title: 表\ntables:\n- columns: {甲: assessed, 乙: {？: 乙}, 丙: collected}\n"
    after = "title: 表\ntables:\n- columns: {甲: assessed, 乙: {種別: 乙}}\n  stub: [office]\n"
    assert sorted(words_between(before, after)) == sorted(
        ["-？", "-丙", "種別", "乙", "stub", "office"]
    )
    assert words_between(after, after) == []


# Columns


def test_a_heading_made_of_known_words_is_known() -> None:
    made = draft(
        [
            ["令和4年度 収納状況(単位:千円)"],
            ["税目", "現年課税分調定額", "滞納繰越分収入済額", "目標収納率"],
            ["市民税", 100, 90, "90.0%"],
            ["固定資産税", 200, 180, "91.0%"],
        ]
    )
    assert table(made)["columns"] == {
        "税目": "<claim_name>",
        "現年課税分調定額": {"measure": "assessed", "part": "current"},
        "滞納繰越分収入済額": {"measure": "collected", "part": "prior"},
        "目標収納率": {"scenario": "target", "measure": "collection_rate", "unit": "%"},
    }
    assert made.questions == 0


def test_an_unknown_amount_is_a_measure_of_its_own_and_an_unknown_word_a_question() -> None:
    made = draft(
        [
            ["令和4年度(単位:円)"],
            ["税目", "調定額", "", "還付未済額"],
            ["", "甲種", "現年度分", ""],
            ["市民税", 100, 90, 80],
        ],
        "表.xlsx",
        "B2:C2",
    )
    columns = table(made)["columns"]
    assert isinstance(columns, dict)
    assert columns["還付未済額"] == "還付未済額"
    assert columns["甲種"] == {UNKNOWN: "甲種"}
    assert made.questions == 1
    assert "# 問: 「甲種」は何の区分ですか。" in made.content


def test_a_quotient_of_columns_is_the_rate_of_their_part() -> None:
    made = draft(
        [
            ["令和4年度(単位:円)"],
            ["税目", "調定額", "", "収入額", "", "", ""],
            ["", "現年度\nA", "滞納繰越\nB", "現年度\nC", "滞納繰越\nD", "C÷A×100", "D/B"],
            ["市民税", 100, 10, 90, 5, 90, 50],
        ],
        "表.xlsx",
        "B2:C2",
        "D2:E2",
    )
    columns = table(made)["columns"]
    assert isinstance(columns, dict)
    rate = {"measure": "collection_rate", "unit": "%"}
    assert columns["C÷A×100"] == {"part": "current", **rate}
    assert columns["D/B"] == {"part": "prior", **rate}


def test_a_count_is_of_what_stands_beside_it() -> None:
    made = draft(
        [
            ["令和4年度(単位:円)"],
            ["債権名", "件数", "収入未済額"],
            ["使用料", 3, 900],
            ["計", 3, 900],
        ]
    )
    assert table(made)["columns"] == {
        "債権名": "<claim_name>",
        "件数": {"measure": "uncollected", "unit": "件"},
        "収入未済額": "uncollected",
    }


@pytest.mark.parametrize(("rate", "unit"), [(0.985, "割合"), (98.5, "%"), ("98.5%", "%")])
def test_a_rate_below_one_is_a_fraction(rate: object, unit: str) -> None:
    made = draft([["令和4年度"], ["税目", "徴収率"], ["市民税", rate], ["軽自動車税", rate]])
    columns = table(made)["columns"]
    assert isinstance(columns, dict)
    assert columns["徴収率"] == {"measure": "collection_rate", "unit": unit}


@pytest.mark.parametrize(
    ("heading", "cells", "said"),
    [
        ("分納誓約数", (3, 4), {"measure": "分納誓約数", "unit": UNKNOWN}),
        ("分納誓約数(件)", (3, 4), {"measure": "分納誓約数", "unit": "件"}),
        ("納税義務者数", (3, 4), {"measure": "納税義務者数", "unit": "人"}),
        ("対前年増減", ("△3千円", "4千円"), "対前年増減"),
        ("対前年増減", (-3, 4), {"measure": "対前年増減", "unit": UNKNOWN}),
    ],
)
def test_a_number_that_may_be_no_money_is_never_taken_for_some(
    heading: str, cells: tuple[object, object], said: object
) -> None:
    first, second = cells
    rows = [["税目", "調定額", heading], ["市民税", 9, first], ["軽自動車税", 9, second]]
    columns = table(draft([["令和4年度(単位:千円)"], *rows]))["columns"]
    assert isinstance(columns, dict)
    assert list(columns.values())[-1] == said


def test_years_across_are_one_pattern_and_the_title_tells_what_they_are() -> None:
    made = draft(
        [
            ["収納率の目標値一覧"],
            ["債権名", "令和5年度", "令和6年度"],
            ["国民健康保険料", "90.1%", "90.5%"],
            ["介護保険料", "98.1%", "98.2%"],
        ]
    )
    assert table(made)["columns"] == {"債権名": "<claim_name>", "<fiscal_year>": {}}
    assert table(made)["given"] == {"measure": "collection_rate", "unit": "%"}
    assert told(made)["given"] == {"scenario": "target"}
    assert (made.questions, made.figures) == (0, 4)


def test_years_that_are_only_numbers_ask_for_their_era() -> None:
    made = draft(
        [
            ["未収金残高(単位:千円)"],
            ["税目", 18, 19, 20],
            ["市民税", 1000, 900, 800],
            ["固定資産税", 500, 400, 300],
        ]
    )
    assert table(made)["columns"] == {"税目": "<claim_name>", "<fiscal_year>": {}}
    assert table(made)["era"] == UNKNOWN
    assert (made.questions, made.figures) == (1, 6)


def test_numbers_and_remarks_are_passed_over_and_classes_are_known() -> None:
    made = draft(
        [
            ["令和3年度(単位:円)"],
            ["No.", "債権名", "区分", "収入未済額", "備考"],
            [1, "住宅使用料", "私債権", 1000, "督促中"],
            [2, "保育料", "強制徴収公債権", 3000, None],
        ]
    )
    assert table(made)["pass_over"] == {"columns": ["NO.", "備考"]}
    columns = table(made)["columns"]
    assert isinstance(columns, dict)
    assert columns["区分"] == "<claim_classes>"
    assert not made.problems


# Rows


def test_totals_are_known_by_their_words() -> None:
    made = draft(
        [
            ["令和4年度(単位:円)"],
            ["税目", "調定額"],
            ["市民税", 100],
            ["固定資産税", 200],
            ["普通税計", 300],
            ["都市計画税", 50],
            ["総計", 350],
        ]
    )
    assert table(made)["rows"] == {
        "普通税計": {"claim_name": "普通税", "total": "true"},
        "総計": {"total": "true"},
    }


def test_a_word_over_rows_that_the_next_column_divides_is_their_total() -> None:
    made = draft(
        [
            ["令和4年度(単位:円)"],
            [None, None, "調定額"],
            ["県北", None, 300],
            [None, "甲町", 100],
            [None, "乙町", 200],
        ]
    )
    assert table(made)["rows"] == {"県北": {UNKNOWN: "県北", "total": "true"}}
    assert table(made)["stub"] == [UNKNOWN, UNKNOWN]


def test_measures_down_the_rows_are_known() -> None:
    made = draft(
        [
            ["令和4年度決算(単位:千円)"],
            ["", "市民税", "固定資産税", "計"],
            ["調定額", 100, 200, 300],
            ["うち現年度分", 90, 180, 270],
            ["収入済額", 90, 180, 270],
        ]
    )
    assert table(made)["stub"] == ["measure"]
    assert table(made)["rows"] == {
        "調定額": {"measure": "assessed", "part": "total"},
        "うち現年度分": {"part": "current"},
        "収入済額": {"measure": "collected"},
    }
    assert not made.problems


# The sheet


def test_tables_below_each_other_are_told_apart_by_the_words_above_them() -> None:
    rows = [["債権名", "収入未済額(円)"], ["使用料", 5], ["手数料", 6], []]
    made = draft([["令和4年度"], [], ["(総務部)"], *rows, ["(福祉部)"], *rows])
    assert [table(made)] == told(made)["tables"]
    assert table(made)["above"] == ["(<department>)"]
    assert made.figures == 4


@pytest.mark.parametrize(
    ("title", "file", "entry", "said"),
    [
        ("平成21年度県税決算額", "表.xlsx", "texts", ["<fiscal_year>県税決算額"]),
        ("徴収実績-200405(平成16年5月)", "表.xlsx", "texts", ["徴収実績-<*>(<as_of>)"]),
        ("徴収実績", "令和3年度の表.xlsx", "file", "<fiscal_year><*>"),
        ("徴収実績", "表.xlsx", "given", {"fiscal_year": UNKNOWN, "scenario": "actual"}),
    ],
)
def test_the_year_is_found_in_title_or_file_or_asked_for(
    title: str, file: str, entry: str, said: object
) -> None:
    made = draft([[title], ["税目", "調定額(円)"], ["市民税", 100], ["軽自動車税", 50]], file)
    assert told(made)[entry] == said


def test_the_unit_is_asked_for_only_where_nothing_tells_it() -> None:
    rows = [["税目", "調定額"], ["市民税", 100], ["軽自動車税", 50]]
    assert told(draft([["令和4年度"], *rows]))["unit"] == UNKNOWN
    assert "unit" not in told(draft([["令和4年度 (単位：千円)"], *rows]))


def test_identities_that_hold_on_the_sheet_are_proposed_and_no_others() -> None:
    head = ["税目", "調定額", "収入済額", "不納欠損額", "収入未済額"]
    rows = [["令和4年度(単位:円)"], head]
    formula = {"formula": "uncollected = assessed - collected - written_off"}
    assert told(draft([*rows, ["市民税", 100, 90, 2, 8]]))["identities"] == [formula]
    assert "identities" not in told(draft([*rows, ["市民税", 100, 90, 2, 9]]))


def test_words_of_the_home_s_layouts_are_known() -> None:
    rows = [["令和4年度(単位:円)"], ["税目", "甲種"], ["市民税", 100], ["軽自動車税", 50]]
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    columns = {"甲種": {"measure": "assessed", "kind": "甲"}}
    mine = Described(name="私", title="表", tables=(Table(columns=columns),))
    made = draft_workbook(saved(book), "表.xlsx", None, [mine])
    assert table(made)["columns"] == {"税目": "<claim_name>", **columns}


def test_a_text_of_an_accounting_system_is_drafted_too() -> None:
    content = "年度,科目コード,科目,調定額\n2022,001,市民税,100\n2022,002,軽自動車税,200\n"
    made = draft_workbook(content.encode("cp932"), "出力.csv", None)
    assert table(made)["columns"] == {
        "年度": "<fiscal_year>",
        "科目コード": "<科目コード>",
        "科目": "<claim_name>",
        "調定額": "assessed",
    }


def test_a_sheet_without_a_table_has_no_draft() -> None:
    assert draft([["お知らせ"], ["調定額を記入してください。"]]).sheet is None


def test_hostile_words_stay_words() -> None:
    """What a sheet says opens no comment, key or tag of the file."""
    word = "甲\n- 乙: !!python/object:x {丙} # 丁 \u0085"
    made = draft([["令和4年度(単位:円)"], ["税目", f"{word}額"], [word, 100], ["計", 100]])
    layout = told(made)
    assert set(layout) <= {"title", "texts", "given", "tables", "identities"}
    assert all(line.isprintable() for line in made.content.splitlines())


def test_municipalities_without_a_code_are_names_under_their_heading() -> None:
    made = draft([["令和5年度(単位:円)"], ["市町村名", "調定額"], ["甲町", 10], ["計", 10]])
    assert table(made)["columns"] == {"市町村名": "<市町村名>", "調定額": "assessed"}


def test_classes_and_numbers_of_claims_are_known_by_their_values() -> None:
    made = draft(
        [
            ["令和5年度決算 債権一覧(単位:円)"], ["番号", "債権名", "区分", "滞納額"],
            ["021", "水道料金", "私", 10], ["008", "国保料", "強", 20],
        ]
    )  # fmt: skip
    assert table(made)["columns"] == {
        "番号": "<claim_number>",
        "債権名": "<claim_name>",
        "区分": "<claim_classes>",
        "滞納額": "uncollected",
    }
    assert "# lands_as: claim_list" in made.content
