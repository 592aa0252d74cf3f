"""The pages for the city's own desks are for everybody, too."""

from pathlib import Path

import pytest
from browser.accessibility import WIDTHS, axe, chromium, nu_messages, told
from support.desk_document import document

from exports.sheets import web_files


@pytest.fixture(name="page_file")
def _page_file(tmp_path: Path) -> Path:
    file = tmp_path / "index.html"
    file.write_bytes(web_files(document("市税", "<b>学校給食費</b>"), "d")["index.html"])
    return file


def test_axe_finds_nothing(page_file: Path) -> None:
    with chromium() as browser:
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.goto(page_file.as_uri())
            assert told(axe(page)) == []


def test_the_page_is_valid(page_file: Path) -> None:
    assert nu_messages(str(page_file)) == []
