"""The pages for the city's own desks are for everybody, too."""

from pathlib import Path

import pytest
from browser.accessibility import WIDTHS, axe, chromium, nu_messages, told
from support.desk_document import document

from exports.desks.entrance import Entry, File, Group, entrance_page
from exports.desks.sheets import web_files


def bulletin() -> bytes:
    return web_files(document("市税", "<b>学校給食費</b>"), "d")["index.html"]


def entrance() -> bytes:
    files = [File(f"forms/2025/{n}.pdf", f"<b>調書_{n}</b>", "PDF") for n in range(9)]
    return entrance_page([Group("様式", [Entry("令和7年度", files)])]).encode()


@pytest.fixture(name="page_file", params=[bulletin, entrance])
def _page_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / "index.html"
    file.write_bytes(request.param())
    return file


def test_axe_finds_nothing(page_file: Path) -> None:
    with chromium() as browser:
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.goto(page_file.as_uri())
            assert told(axe(page)) == []


def test_the_page_is_valid(page_file: Path) -> None:
    assert nu_messages(str(page_file)) == []
