"""`mishukin dev`: the Dagster UI and its daemon, on this machine only.

The one command that becomes another program. Only the loopback address is listened on: the UI
has no sign-in.
"""

import os
import sys
from typing import NoReturn

from orchestration.instance import configure
from services import quiet
from services.home import Home

HOST = "127.0.0.1"


def command(port: int) -> list[str]:
    """What is started: this very Python, so that no other installation is found."""
    dagster = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions"]
    return [*dagster, "--host", HOST, "--port", str(port)]


def environment(home: Home) -> dict[str, str]:
    """What the started processes are told."""
    return {
        **os.environ,
        **quiet.SILENCE,
        "DAGSTER_HOME": str(home.dagster),
        "MISHUKIN_HOME": str(home.root),
    }


def serve(home: Home, port: int) -> NoReturn:
    """Become `dagster dev`, so that whoever stops this command stops what it started."""
    configure(home)
    os.execve(sys.executable, command(port), environment(home))  # noqa: S606 - our own Python
