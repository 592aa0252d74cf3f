"""The page of `check --html`: sound, self-contained, and never silent about a refusal."""

import random
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.page import Page, assert_sound
from support.workbooks import BAD_FILES, GOOD, OSAKA, edited, with_cell

from ingest.load import SourceFile, check, explain
from ingest.reports import LoadReport
from ingest.returned.page import check_page


def checked(folder: Path, files: dict[str, bytes]) -> LoadReport:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    sources = [SourceFile(folder / name) for name in files]
    report = check(sources)
    explain(report, sources)
    return report


def _several() -> dict[str, bytes]:
    def hostile(book: Workbook) -> None:
        book.worksheets[0].title = "<script>x"
        book.worksheets[0]["E13"].value = '"><img src=x onerror=y>'

    return {
        "<b>&amp;'.xlsx": edited(hostile),
        "正.xlsx": (OSAKA / "010.xlsx").read_bytes(),
        "様式なし.xlsx": BAD_FILES["様式なし"][0](),
    }


def test_the_page_is_sound_and_self_contained(tmp_path: Path) -> None:
    text = check_page(checked(tmp_path, _several()).workbooks)
    assert_sound(text)


def test_it_tells_of_each_workbook_what_was_found_and_what_to_do(tmp_path: Path) -> None:
    report = checked(tmp_path, _several())
    page = Page(check_page(report.workbooks))
    books, *tables = page.tables
    assert books == [
        ["ブック", "結果", "指摘"],
        ["<b>&amp;'.xlsx", "返却", "エラー1件"],
        ["正.xlsx", "受理", "警告1件"],
        ["様式なし.xlsx", "返却", "エラー1件"],
    ]
    assert len(tables) == 3
    row = tables[0][1]
    assert row[:3] == ["エラー", "<script>x", "E13"]
    assert row[4] == '"><img src=x onerror=y>'
    assert "シート「Sheet」と様式の違い" in check_page(report.workbooks)


def test_a_workbook_without_findings_has_no_empty_table(tmp_path: Path) -> None:
    text = check_page(checked(tmp_path, {"良.xlsx": GOOD.read_bytes()}).workbooks)
    assert len(Page(text).tables) == 1
    assert "見つかったことはありません" in text


def _damaged(seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - a repeatable damage
    data = bytearray(GOOD.read_bytes())
    match seed % 3:
        case 0:
            del data[chance.randrange(len(data)) :]
        case 1:
            for _ in range(40):
                data[chance.randrange(len(data))] = chance.randrange(256)
        case _:
            start = chance.randrange(len(data))
            del data[start : start + 500]
    return bytes(data)


def test_no_refusal_is_silent(tmp_path: Path) -> None:
    files = {f"{name}.xlsx": make() for name, (make, _) in BAD_FILES.items()}
    files |= {f"破損{seed}.xlsx": _damaged(seed) for seed in range(45)}
    files |= {f"二重{n}.xlsx": with_cell("B36", f"別{n}", OSAKA / "010.xlsx") for n in range(2)}
    files["受理.xlsx"] = (OSAKA / "014_デザイン教育研究所授業料.xlsx").read_bytes()
    report = checked(tmp_path, files)
    refused = [book for book in report.workbooks if book.status in ("rejected", "partly")]
    assert len(refused) > len(BAD_FILES) + 20
    for book in refused:
        _, table = Page(check_page([book])).tables
        errors = [row for row in table if row[0] == "エラー"]
        assert errors, book.file
        assert all(len(row[6]) > 10 for row in errors), book.file


@pytest.mark.parametrize("name", ["a\udce3b.xlsx", "a\x0b.xlsx"])
def test_names_of_any_bytes_are_shown(tmp_path: Path, name: str) -> None:
    text = check_page(checked(tmp_path, {name: b"text"}).workbooks)
    assert text.encode("utf-8")
