"""`mishukin dev`: the Dagster UI and its daemon, on this machine only.

The one command that starts other processes. Only the loopback address is listened on: the UI
has no sign-in.
"""

import os
import subprocess
import sys

from orchestration import quiet
from orchestration.home import Home
from orchestration.instance import configure

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


def serve(home: Home, port: int) -> int:
    """Run until interrupted; returns the exit code of `dagster dev`."""
    configure(home)
    try:
        return subprocess.run(command(port), env=environment(home), check=False).returncode  # noqa: S603 - our own Python
    except KeyboardInterrupt:
        return 0
