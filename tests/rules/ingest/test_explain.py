"""A sheet that is no form: which form is nearest, what is missing, new or moved, and where."""

from collections.abc import Sequence

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.workbooks import OSAKA, edited, saved

from ingest.explain import Explanation, explain_workbook


def of_rows(rows: Sequence[Sequence[object]], title: str = "表") -> Explanation:
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    (explanation,) = explain_workbook(saved(book))
    return explanation


BALANCES = ["債権整理番号", "債権名", "担当者メモ", "調定額", "徴収額", "不納欠損額"]


def test_the_nearest_form_is_named_with_its_missing_and_new_headings() -> None:
    told = of_rows([["速報"], [], BALANCES, ["003", "給付金", None, 5, 6, 7]])
    assert (told.form, told.found) == ("interim", 5)
    assert [(h.heading, h.cell) for h in told.new] == [("担当者メモ", "C3")]
    missing = {h.heading: h.expected for h in told.missing}
    assert missing["債権区分"] == "C3"
    assert missing["未収金残高報告"] is None  # the title has no one place
    assert "いちばん近い様式は「未収金残高報告」(第1版)です。" in told.lines[0]
    assert any("「担当者メモ」(C3)" in line for line in told.lines)


def test_a_heading_in_another_place_is_moved_and_not_missing() -> None:
    swapped = ["債権名", "債権整理番号", "債権区分", "調定額", "徴収額"]
    told = of_rows([["未収金残高報告"], [], swapped])
    (moved,) = told.moved
    assert (moved.heading, moved.cell, moved.expected) == ("債権名", "A3", "C3")
    assert moved.heading not in {h.heading for h in told.missing}


def test_a_heading_in_another_row_is_moved() -> None:
    told = of_rows([["未収金残高報告"], [], BALANCES[:2], [], [], [], [], [], ["債権区分"]])
    assert [(h.heading, h.cell, h.expected) for h in told.moved] == [("債権区分", "A9", "C3")]


def test_a_form_by_years_is_compared_down_its_rows() -> None:
    rows = [["債権名", "市税"], ["", "令和2年度"], *([each, 5] for each in ("調定額", "収入済額"))]
    told = of_rows([["債権管理推進シート"], *rows, ["収納のわりあい", 3], ["調定額", 4]])
    assert told.form == "promotion"
    assert [(h.heading, h.cell) for h in told.new] == [("収納のわりあい", "A6")]
    assert ("収納率(現年度)", "A6") in {(h.heading, h.expected) for h in told.missing}


@pytest.mark.parametrize("rows", [[["買い物"], ["牛乳", 2]], [[None]], [["債権名"]]])
def test_what_resembles_no_form_is_said_to(rows: list[list[object]]) -> None:
    told = of_rows(rows)
    assert (told.form, told.missing) == (None, ())
    assert told.lines == ["どの様式の見出しも見当たりません。"]


def test_forms_and_hidden_sheets_are_not_explained() -> None:
    def hide(book: Workbook) -> None:
        book.create_sheet("隠し").sheet_state = "hidden"

    assert explain_workbook(edited(hide)) == []
    assert explain_workbook((OSAKA / "010.xlsx").read_bytes()) == []


def test_nothing_personal_is_quoted() -> None:
    told = of_rows([["未収金残高報告"], [*BALANCES, "連絡先 090-1234-5678"]], title="090-1234-5678")
    assert "090-1234-5678" not in str(told)
