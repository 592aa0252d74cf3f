"""People at the window in a real browser."""

from typing import Any

from playwright.sync_api import Browser, Page
from support.window import PASSWORD

# A build takes its time, and a busy machine more of it.
PATIENCE = 300_000


def signed_in(browser: Browser, address: str, username: str, **how: Any) -> Page:
    """A page of a browser of its own, in which somebody has come in."""
    page = browser.new_context(**how).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.get_by_label("利用者名").fill(username)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="はいる").click()
    page.wait_for_url(address)
    return page


def hand_in(page: Page, address: str, name: str, content: bytes) -> None:
    """A workbook, chosen and sent."""
    page.goto(f"{address}hand-in/")
    page.get_by_label("ブック").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="提出する").click()
