"""The window in a real browser: clerks by mouse and keyboard, at every width, without scripts."""

from pathlib import Path

import pytest
from browser.accessibility import DESK, PHONE, axe, told
from browser.window import hand_in, signed_in
from playwright.sync_api import Browser
from support.window import add
from support.workbooks import GOOD, with_cell

from services.home import Home

KYOIKU, CODE = "教育委員会事務局", "271004"
WIDTHS = (PHONE, 768, DESK)
PAGES = {
    "hanako": ("/", "/hand-in/", "/handed-in/", "/blanks/", "/password/"),
    "kansa": ("/", "/standing/", "/questions/", "/releases/"),
    "kanri": ("/", "/people/"),
}


@pytest.fixture(scope="module", name="home")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("window") / "home").create()
    (home.config / "city.yml").write_text(f'municipality_code: "{CODE}"\n', encoding="utf-8")
    add(home, "hanako", "佐藤花子", ("department", "--department", KYOIKU))
    add(home, "kansa", "監査 一郎", ("auditor",))
    add(home, "kanri", "管理 二郎", ("administrator",))
    return home


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_clerk_hands_in_a_wrong_form_mends_it_and_replaces_it(
    browser: Browser, address: str, scripts: bool
) -> None:
    page = signed_in(browser, address, "hanako", java_script_enabled=scripts)
    number = 1 + scripts
    hand_in(page, address, f"調書{number}.xlsx", with_cell("G29", f"約{number}件"))
    assert "返却" in page.locator("h2").inner_text()
    assert "G29" in page.locator(".findings").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="印を付けたブックを受け取る").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    hand_in(page, address, f"調書{number}.xlsx", with_cell("G29", number))
    if page.get_by_role("heading", name="受理したものと差し替わります").count():
        assert page.locator("table.changes tbody tr").count() >= 1
        page.get_by_label("差し替える理由").fill("転記の誤り")
        page.get_by_role("button", name="この理由で差し替える").click()
    assert "すべて受け付けました" in page.locator("main").inner_text()
    assert page.locator(".receipt code").inner_text()


def test_the_original_comes_back_to_the_byte(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "hanako")
    hand_in(page, address, GOOD.name, GOOD.read_bytes())
    if page.get_by_role("heading", name="受理したものと差し替わります").count():
        page.get_by_label("差し替える理由").fill("元に戻す")
        page.get_by_role("button", name="この理由で差し替える").click()
    page.goto(f"{address}handed-in/")
    with page.expect_download() as download:
        page.get_by_role("link", name=GOOD.name).first.click()
    assert Path(download.value.path()).read_bytes() == GOOD.read_bytes()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("username", PAGES)
def test_pages_are_for_everybody_at_every_width(
    browser: Browser, address: str, username: str, width: int
) -> None:
    page = signed_in(browser, address, username, viewport={"width": width, "height": 800})
    for path in PAGES[username]:
        answer = page.goto(address.rstrip("/") + path)
        assert answer is not None
        assert answer.status == 200, path
        assert told(axe(page)) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_the_sign_in_page_is_for_everybody(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    page.goto(address)
    assert told(axe(page)) == []
    page.get_by_label("利用者名").fill("hanako")
    page.get_by_label("パスワード").fill("wrong")
    page.keyboard.press("Enter")
    assert page.get_by_role("alert").inner_text() == "利用者名かパスワードが違います。"
    assert told(axe(page)) == []


def test_a_clerk_needs_no_mouse(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "hanako")
    page.goto(f"{address}hand-in/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "本文へ"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "workbooks"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "提出する"


def test_nothing_is_asked_of_another_host(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "hanako")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES["hanako"]:
        page.goto(address.rstrip("/") + path)
    assert asked
    assert [each for each in asked if not each.startswith(address)] == []
