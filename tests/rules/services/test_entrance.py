"""The entrance to internal/ leads to whatever lies there, whatever it is called."""

import os
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from services.desks.entrance import desks
from services.home import Home

MADE = (
    "collection/index.html", "collection/期限を過ぎた未提出.xlsx",
    "bulletin/2025-12/index.html", "bulletin/2026-01/bulletin.pdf",
    "conference/2026-april/pack.xlsx", "conference/2026-august/pack.pdf",
    "forms/2025/annual-008.xlsx", "forms/2025/annual.xlsx",
    "year/2025/freeze/決算見込.xlsx", "year/2026/lock_targets/全市目標.xlsx",
    "year/2026/freeze/決算見込.xlsx", "year/2026/hand_out_annual/調書_008.xlsx",
    "year/2026/hand_out_annual/一覧.xlsx",
)  # fmt: skip
NOT_TO_OPEN = ("year/2026/freeze/SHA256SUMS", "bulletin/2026-01/.bulletin.pdf.new")
HOSTILE = (
    b"forms/2025/<script>alert(1)<b>.xlsx", b"forms/2025/\"onclick=x.pdf",
    b"forms/2025/a b#c?d%.pdf", b"forms/2025/\xff\n.pdf", b"forms/9999/a.pdf",
    "conference/=cmd\u202e/pack.pdf".encode(), b"bulletin/javascript:x/a.html",
)  # fmt: skip


class Page(HTMLParser):
    """The addresses of a page, what is written on it, and its elements."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self.elements: set[str] = set()
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_data(self, data: str) -> None:
        self.words.append(unescape(data).strip())


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def put(home: Home, *names: str | bytes) -> Page:
    with desks(home) as internal:
        for name in names:
            file = Path(os.fsdecode(os.fsencode(internal) + b"/" + os.fsencode(name)))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x")
    return Page((home.internal / "index.html").read_bytes())


def opened(page: Page) -> set[bytes]:
    return {unquote_to_bytes(link) for link in page.links if not link.startswith("#")}


def test_every_file_for_the_staff_is_reached_and_nothing_else(home: Home) -> None:
    assert opened(put(home, *MADE, *NOT_TO_OPEN)) == {os.fsencode(name) for name in MADE}


def test_what_is_newest_comes_first_under_its_japanese_name(home: Home) -> None:
    words = [word for word in put(home, *MADE).words if word]
    told = [
        "提出状況", "期限を過ぎた未提出 Excel",
        "庁内情報紙", "2026年1月1日号", "2025年12月1日号",
        "会議資料", "2026年　対策会議（8月）", "2026年　推進会議（4月）",
        "印刷用の様式", "令和7年度", "未収金目標及び具体取組内容調書 Excel",
        "未収金目標及び具体取組内容調書（債権008） Excel",
        "令和8年度の記録", "目標の確定", "調書の様式配布", "一覧 Excel", "調書_008 Excel",
        "決算見込の確定・残高の繰越",
        "令和7年度の記録",
    ]  # fmt: skip
    assert [word for word in words if word in told] == [*told, "決算見込の確定・残高の繰越"]


def test_hostile_names_are_shown_and_reached_and_do_nothing(home: Home) -> None:
    page = put(home, *HOSTILE)
    assert opened(page) == set(HOSTILE)
    assert not page.elements & {"script", "b"}
    assert all(re.fullmatch(r"[a-z]+/[!-~]+|#main", link) for link in page.links)
    assert "\u202e" not in "".join(page.words)


def test_the_same_files_make_the_same_page(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other").create()
    put(home, *MADE)
    put(other, *reversed(MADE))
    assert (home.internal / "index.html").read_bytes() == (
        other.internal / "index.html"
    ).read_bytes()
