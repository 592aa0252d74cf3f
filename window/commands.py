"""Commands that the window runs: what goes through Dagster is a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from tempfile import TemporaryFile

from services.exits import Exit
from services.home import Home
from services.records import audit

# A command waits for a build that is at work. Whoever has gone by then finds what it did later.
PATIENCE_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its code, None while it is still at work, and the lines it said."""

    code: int | None
    said: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether it did what was asked."""
        return self.code == Exit.DONE


def run(home: Home, username: str, *arguments: str) -> Ended:
    """Run a command of the house for whoever is signed in, and wait for its end."""
    command = [sys.executable, "-m", "cli", "--home", str(home.root), *arguments]
    # Into a file: one that is left to itself never waits for a reader.
    with TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, audit.PERSON: username},
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        said.seek(0)
        return Ended(code, tuple(said.read().decode("utf-8", "replace").splitlines()))
