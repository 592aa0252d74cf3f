"""The page of `layout show`: each figure tells its meaning, what is not understood stands out."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.page import Page, assert_sound
from support.workbooks import DATA, saved

from ingest.described import Described
from ingest.described.layout import Table
from ingest.drafting.shown import ShownSheet, show_workbook
from ingest.returned.page import layout_page
from services.layouts import read_layout

LAYOUT = Described(
    name="収納",
    title="収納状況",
    texts=("<fiscal_year>収納状況",),
    given={"scenario": "actual"},
    tables=(
        Table(
            stub=("claim_name", "part"),
            columns={"調定額": "assessed", "徴収率": {"measure": "collection_rate", "unit": "%"}},
            rows={"現": {"part": "current"}, "滞": {"part": "prior"}},
        ),
    ),
)
ROWS: Sequence[Sequence[object]] = [
    ["令和4年度収納状況", None, "(単位:千円)"],
    [None, None, "調定額", "徴収率"],
    ["市民税", "現", 1234, 98.5],
    [None, "滞", 56, 20.1],
]


def shown(rows: Sequence[Sequence[object]], layouts: Sequence[Described] = (LAYOUT,)) -> ShownSheet:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.worksheets[0].merge_cells("A3:A4")
    (sheet,) = show_workbook(saved(book), "表.xlsx", None, layouts)
    return sheet


def page_of(sheet: ShownSheet) -> str:
    return layout_page("表.xlsx", [sheet], [])


def test_each_figure_tells_its_meaning_in_words() -> None:
    sheet = shown(ROWS)
    assert {each.cell: each.meaning for each in sheet.figures} == {
        "C3": "令和4年度・市民税・実績・現年度・調定額 1,234,000円",
        "D3": "令和4年度・市民税・実績・現年度・収納率 98.5%",
        "C4": "令和4年度・市民税・実績・過年度・調定額 56,000円",
        "D4": "令和4年度・市民税・実績・過年度・収納率 20.1%",
    }
    assert not sheet.unknown
    _, listed = Page(page_of(sheet)).tables
    assert listed[1] == ["C3", "1,234", "令和4年度・市民税・実績・現年度・調定額 1,234,000円"]


def test_the_sheet_lies_as_it_does_with_its_merged_cells() -> None:
    page = Page(page_of(shown(ROWS)))
    (as_it_lies, _) = page.tables
    assert as_it_lies[0] == ["", "A", "B", "C", "D"]
    assert as_it_lies[3][:3] == ["3", "市民税", "現"]
    assert as_it_lies[4][:2] == ["4", "滞"]
    assert {"class": "words", "rowspan": "2"} in page.named("td")


def test_what_is_not_understood_bears_a_mark_and_is_listed_first() -> None:
    rows = [
        *ROWS[:2],
        ["市民税", "現", 1234, 98.5],
        [None, "消", 56, 20.1],
        ["外", None, None, None, 7],
    ]
    sheet = shown(rows)
    assert [each.cell for each in sheet.unknown] == ["B4", "C4", "D4", "E5"]
    page = Page(page_of(sheet))
    findings, as_it_lies, unknown, _ = page.tables
    assert [row[0] for row in findings[1:]] == ["B4", "E5"]
    assert "？読めないセル消" in as_it_lies[4]
    assert unknown[1] == ["B4", "消", "？ 意味が決まりません"]
    assert sum(each.get("class") == "mark" for each in page.named("span")) == 4


def test_a_sheet_that_no_layout_is_like_shows_all_its_figures_as_unknown() -> None:
    sheet = shown(ROWS, ())
    assert (sheet.layout, len(sheet.unknown), len(sheet.figures)) == (None, 4, 0)
    assert "様式の定義: <strong>なし</strong>" in page_of(sheet)


def test_the_page_is_sound() -> None:
    assert_sound(page_of(shown(ROWS)))
    assert_sound(page_of(shown([*ROWS, ["外", None, None, None, 7]])))


@pytest.mark.parametrize(
    "word",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=y>',
        "{{ 7*7 }}{% raw %}",
        '</td></table><a href="javascript:x">',
        "&lt;b&gt;&amp;",
        "\u202e逆\u0007",
    ],
)
def test_hostile_words_are_only_words(word: str) -> None:
    rows = [
        [f"令和4年度収納状況{word}", None, "(単位:千円)"],
        ROWS[1],
        [word, "現", 1, 2],
        [None, word, 3, 4],
    ]
    book = Workbook()
    for row in rows:
        book.worksheets[0].append([None if c is None else _storable(c) for c in row])
    (sheet,) = show_workbook(saved(book), "表.xlsx", None, [LAYOUT])
    text = page_of(sheet)
    assert_sound(text)
    assert "49" not in text.partition("</style>")[2].replace("49px", "")
    assert not [each for each in Page(text).named("a") if not str(each["href"]).startswith("#")]


def _storable(value: object) -> object:
    return value.replace("\u0007", "") if isinstance(value, str) else value


def test_what_looks_personal_is_masked() -> None:
    rows = [*ROWS, ["担当 山田太郎 090-1234-5678"]]
    text = page_of(shown(rows))
    assert "090-1234-5678" not in text
    assert "伏せました" in text


@pytest.mark.parametrize("path", sorted((DATA / "tables").glob("*.xlsx")), ids=lambda p: p.stem[:8])
def test_every_figure_of_the_examples_is_shown_with_its_meaning(path: Path) -> None:
    layouts = [read_layout(p.stem, p.read_bytes()) for p in (DATA / "layouts").glob("*.yml")]
    for sheet in show_workbook(path.read_bytes(), path.name, None, layouts):
        assert sheet.figures
        assert not sheet.unknown
        meanings = [each.meaning for each in sheet.figures]
        assert len(set(meanings)) == len(meanings)
