"""The secret of a home that signs the sessions of its window."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from services.home import Home

# Set where the window is served over a socket that the proxy alone can open.
BEHIND_PROXY = "MISHUKIN_WINDOW_BEHIND_PROXY"


def make_secret(home: Home) -> None:
    """Once for a home; only the home's user can read it."""
    with suppress(FileExistsError):
        handle = os.open(_secret(home.create()), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as made:
            made.write(secrets.token_urlsafe(48))


def secret_of(home: Home) -> str:
    """What signs the home's sessions; nothing before `make_secret`, and Django does not begin."""
    file = _secret(home)
    return file.read_text("ascii") if file.exists() else ""


def _secret(home: Home) -> Path:
    return home.window / "secret"
