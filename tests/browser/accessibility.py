"""Looks at every kind of page with axe-core and the Nu Html Checker; run, writes what they found.

``make accessibility`` writes ``exports/accessibility.json``, from which accessibility.html is made.
"""

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import axe_playwright_python
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from support.published_site import publish

from exports.press import files
from exports.release.accessibility import CRITERIA, RECORD, templates_hash

ROOT = Path(__file__).parents[2]
NU_CHECKER = ROOT / ".tools" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PHONE, DESK = 360, 1366
WIDTHS = (PHONE, DESK)
PAGES = {
    "index.html": "入口（最新の報告とこれまでの報告）",
    "2025-10-31/index.html": "基準日の最新の報告",
    "2025-07-31/r1/index.html": "残高報告の版",
    "2025-07-31/r2/index.html": "訂正した版",
    "corrections.html": "訂正の一覧",
    "target/index.html": "未収金の目標と実績",
    "accessibility.html": "ウェブアクセシビリティ",
}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations", "passes"],
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """The real browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=Path("/usr/bin/chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def axe(page: Page) -> dict[str, Any]:
    """What axe-core says of the page as it is shown; ``violations`` and ``passes``."""
    found: dict[str, Any] = Axe().run(page, options=RULES).response
    return found


def told(found: dict[str, Any]) -> list[str]:
    """Each violation on a line: the rule, and the first place."""
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder as any static server shows it on loopback; its address, with a slash."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def nu_messages(*pages: str) -> list[str]:
    """What the Nu Html Checker says of pages (addresses or files): page, line and message."""
    # It may ask loopback, and waits longer than five seconds for a page of a busy machine.
    options = ("allow-forbidden-hosts=true", "connection-timeout=60000", "socket-timeout=60000")
    settings = [f"-Dnu.validator.servlet.{option}" for option in options]
    command = ["java", *settings, "-jar", str(NU_CHECKER), "--format", "json", "--stdout", *pages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stdout)["messages"]
    return [f"{one['url']}:{one.get('lastLine')} {one['message']}" for one in messages]


def _record(site: Path) -> dict[str, object]:
    violations: Counter[str] = Counter()
    passed: set[tuple[str, str]] = set()
    with chromium() as browser:
        browser_version = browser.version
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 800})
            for path in PAGES:
                page.goto((site / path).as_uri())
                found = axe(page)
                violations[path] += len(found["violations"])
                passed |= {(tag, one["id"]) for one in found["passes"] for tag in one["tags"]}
    with served(site) as address:
        messages = nu_messages(*(address + path for path in PAGES))
    for path in PAGES:
        violations[path] += sum(one.startswith(f"{address}{path}:") for one in messages)
    passed.add((_tag("4.1.1"), "Nu Html Checker"))  # a fault would have been counted above
    rules = Counter(tag for tag, _ in passed)
    return {
        "tested_on": datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat(),
        "templates": templates_hash(),
        "tools": [
            f"axe-core {_axe_version()}",
            f"Nu Html Checker {_nu_version()}",
            f"Chromium {browser_version}",
        ],
        "widths": list(WIDTHS),
        "pages": {name: violations[path] for path, name in PAGES.items()},
        "rules": {number: found for number in CRITERIA if (found := rules[_tag(number)])},
    }


def _tag(number: str) -> str:
    """``1.4.3`` is ``wcag143`` in axe-core."""
    return "wcag" + number.replace(".", "")


def _axe_version() -> str:
    script = Path(axe_playwright_python.__file__).with_name("axe.min.js")
    return script.read_text(encoding="utf-8").split("axe v")[1].split()[0]


def _nu_version() -> str:
    shown = subprocess.run(
        ["java", "-jar", str(NU_CHECKER), "--version"], capture_output=True, text=True, check=True
    )
    return shown.stdout.split()[0]


def main() -> None:
    """Write the record anew."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "public"
        publish(site)
        files.write_file(RECORD, files.as_json(_record(site)))
    print(os.path.relpath(RECORD))


if __name__ == "__main__":
    main()
