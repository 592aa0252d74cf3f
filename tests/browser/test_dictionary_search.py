"""The dictionary in a real browser: found by name, symbol and meaning, also on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from exports.dictionary.catalogue import Column, Dictionary, Measure, Question, Table, Version
from exports.dictionary.grammar import column_text
from exports.dictionary.page import render_page


def table(name: str, title: str, *columns: tuple[str, str]) -> Table:
    """A mart with a view of the same columns; each column is its name and its description."""
    told = tuple(
        Column(column, text.name, "BIGINT", text, "", ("空欄なし",))
        for column, description in columns
        for text in [column_text(description)]
    )
    meaning = f"{title}の採用値"
    return Table(name, title, title, "様式の数値", "債権", meaning, ("調書",), told, ("債権で1行",))


DICTIONARY = Dictionary(
    "見本市",
    (
        table(
            "fct_collection",
            "未収金の推移",
            ("written_off_prior", "オ 過年度分の不納欠損額（円）。記入値"),
            ("balance", "ケ'' 未収金残高（円）＝ケ＋ケ'"),
        ),
        table(
            "mart_claim_list", "債権一覧", ("bureau", "局。<script>alert(1)</script>を所管する局")
        ),
    ),
    (Measure("balance", "未収金残高", "ケ''", "円", "ケ＋ケ'", "balance_prior + balance_current"),),
    (Question("largest", "残高の大きい債権はどれか", "議会", "select 1"),),
    (Version(1, "最初の版"),),
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("dictionary") / "データ辞書.html"
    file.write_text(render_page(DICTIONARY), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=Path("/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(file.as_uri())
        yield page
        browser.close()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("不納欠損", ["written_off_prior"]),
        ("ｹ’’", ["balance", "balance"]),
        ("債権一覧", ["bureau"]),
        ("BUREAU", ["bureau"]),
        ("未収金の推移 記入値", ["written_off_prior"]),
        ("推移 採用値", ["written_off_prior", "balance"]),
        ("議会", ["largest"]),
        ("どこにもない語", []),
    ],
    ids=[
        "meaning",
        "wide or narrow",
        "table",
        "upper case",
        "two words",
        "description",
        "question",
        "none",
    ],
)
def test_search_shows_what_was_meant_and_nothing_else(
    page: Page, words: str, found: list[str]
) -> None:
    page.fill("#q", words)
    shown = page.locator("main section.table:visible tbody tr:visible .chip:not(.ja)")
    assert shown.all_inner_texts() == found
    assert page.locator("#nothing").is_visible() == (not found)


def test_everything_is_back_when_the_search_is_cleared(page: Page) -> None:
    page.fill("#q", "局")
    page.press("#q", "Escape")
    assert page.locator("main section.table:visible").count() == 5


def test_nothing_is_wider_than_a_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 390
