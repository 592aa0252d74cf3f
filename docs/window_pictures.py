"""Makes the pictures of docs/window.md anew, of the home that `make run` has filled.

`.venv/bin/python docs/window_pictures.py HOME`: the window is served, and looked at by each role.
"""

import io
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from cli.demo import PEOPLES_PASSWORD

DOCS = Path(__file__).resolve().parent
WIDTH, HEIGHT, COLOURS = 1100, 780, 64
QUESTION = "/questions/ask/?sql=from+財政.残高報告合計"
# The picture, who looks, and at what.
PICTURES = (
    ("window-hand-in", "shozoku", "/hand-in/"),
    ("window-standing", "data", "/standing/"),
    ("window-release", "kacho", "/releases/2026-01-31/"),
    ("window-question", "zaisei", QUESTION),
    ("window-people", "kanri", "/people/"),
)


def main(home: str) -> None:
    """Serve, look, and end the server."""
    command = [sys.executable, "-m", "cli", "--home", home, "window", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        (address,) = re.findall(r"http://\S+", server.stderr.readline() if server.stderr else "")
        try:
            _look(address.rstrip("/"))
        finally:
            server.terminate()


def _look(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=Path("/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for name, username, path in PICTURES:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="ja-JP")
            page.goto(address)
            page.fill("#username", username)
            page.fill("#password", PEOPLES_PASSWORD)
            page.get_by_role("button", name="はいる").click()
            page.wait_for_url(f"{address}/")
            page.goto(address + path)
            _save(page, name)
            if path == QUESTION:
                page.locator("#result a").nth(4).click()
                page.wait_for_load_state()
                _save(page, "window-origin")
            page.close()


def _save(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(DOCS / "images" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
