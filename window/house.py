"""What a home says of its window: config/window.yml, and the secret that signs sessions."""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from services.home import Home
from services.settings import Settings, whole

Hosts = Annotated[
    tuple[str, ...], BeforeValidator(lambda told: told if isinstance(told, list) else [told])
]


# Set where the window is served over a socket that the proxy alone can open.
BEHIND_PROXY = "MISHUKIN_WINDOW_BEHIND_PROXY"


class WindowSettings(Settings):
    """config/window.yml: under which names it is reached, and how patient it is.

    `user_header`: the header in which the proxy names who has signed in there.
    """

    FILE = "window.yml"
    TITLE = "窓口の設定"

    hosts: Hosts = ()
    user_header: str | None = None
    idle_minutes: Annotated[int, whole(1)] = 30
    attempts: Annotated[int, whole(1)] = 5
    lock_minutes: Annotated[int, whole(1)] = 15

    @property
    def lock_hours(self) -> timedelta:
        """How long nobody signs in under a name that was tried too often."""
        return timedelta(minutes=self.lock_minutes)


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
