"""Every kind of public page, for everybody: no fault that machines can find, all by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.accessibility import (
    DESK,
    PAGES,
    PHONE,
    WIDTHS,
    axe,
    nu_messages,
    served,
    told,
)
from playwright.sync_api import Browser, Page
from support.published_site import publish

from exports.release.accessibility import read_result, templates_hash


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    public = tmp_path_factory.mktemp("site") / "public"
    publish(public)
    return public


@pytest.fixture(scope="module", params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser) -> Page:
    """A window as wide as a phone, and one as wide as a desk's."""
    return browser.new_page(viewport={"width": request.param, "height": 800})


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, site: Path, path: str) -> None:
    page.goto((site / path).as_uri())
    assert told(axe(page)) == []


def test_axe_would_find_a_fault(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.evaluate("document.querySelector('h1').outerHTML = '<h1></h1><img src=\"\">'")
    assert {line.split(":")[0] for line in told(axe(page))} >= {"empty-heading", "image-alt"}


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


def test_the_nu_checker_finds_a_bad_page_and_no_other(
    site: Path, address: str, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text("<!DOCTYPE html><html lang=ja><title>題</title><p></b>", encoding="utf-8")
    pages = [address + page.relative_to(site).as_posix() for page in sorted(site.rglob("*.html"))]
    messages = nu_messages(*pages, str(bad))
    assert any("Stray end tag" in message for message in messages)
    assert [message for message in messages if message.startswith(address)] == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_window(page: Page, site: Path, path: str) -> None:
    page.goto((site / path).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_first_key_leads_past_the_header(page: Page, site: Path) -> None:
    page.goto((site / "2025-10-31/index.html").as_uri())
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "本文へ移動"
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


FOCUS_IS_DRAWN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""
MARKS = """() => {
    const all = document.querySelectorAll('a[href], [tabindex="0"], summary, button, input');
    const shown = [...all].filter((one) => one.checkVisibility());
    shown.forEach((one, at) => one.dataset.at = at);
    return shown.length;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_keys_reach_everything_and_the_focus_is_seen(page: Page, site: Path, path: str) -> None:
    page.goto((site / path).as_uri())
    expected = page.evaluate(MARKS)
    reached = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.at"))
        assert page.evaluate(FOCUS_IS_DRAWN), page.locator(":focus").evaluate("e => e.outerHTML")
    assert reached == [str(at) for at in range(expected)]


def test_wide_tables_scroll_by_keyboard(browser: Browser, site: Path) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    page.goto((site / "2025-10-31/index.html").as_uri())
    region = page.locator(".scroll:has(#claims)")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=region.element_handle())


@pytest.mark.parametrize("opened", ["from disk", "from a server"])
def test_each_page_is_whole_and_asks_nothing_of_other_hosts(
    browser: Browser, site: Path, address: str, opened: str
) -> None:
    root = address if opened == "from a server" else f"{site.as_uri()}/"
    page = browser.new_page(viewport={"width": DESK, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(root + path)
        assert page.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")
    assert all(url.startswith(root) for url in asked)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_what_the_result_says_is_absent(site: Path, path: str) -> None:
    page = (site / path).read_text(encoding="utf-8")
    absent = r"<(audio|video|form|input|select|textarea|script|iframe|object|embed|marquee)\b"
    assert not re.search(absent, page)
    assert not re.search(r"@keyframes|animation:|http-equiv=.refresh", page)


def test_the_published_result_is_that_of_these_pages() -> None:
    """``make accessibility`` tests anew and writes the record."""
    result = read_result()
    assert result.templates == templates_hash(), "run make accessibility"
    assert [page.name for page in result.pages] == list(PAGES.values())
    assert result.widths == WIDTHS
    assert result.violations == 0
