"""A real browser, and the window of a module's home."""

from collections.abc import Iterator

import pytest
from browser.accessibility import chromium
from playwright.sync_api import Browser
from support.window import served

from services.home import Home


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    """Where the window of the module's `home` is served."""
    with served(home) as address:
        yield address
