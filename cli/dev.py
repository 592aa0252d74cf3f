"""`mishukin dev`: the Dagster UI and its daemon, on this machine only.

Only the loopback address is listened on, and only whoever opens the address that is printed comes
in: every other page that a browser has open can reach loopback, too.
"""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from orchestration.instance import configure
from services import quiet
from services.exits import Exit, Stop
from services.home import Home
from services.messages import say

HOST = "127.0.0.1"
PATIENCE = 30  # seconds in which what was asked to end may end


def commands(port: int) -> tuple[list[str], list[str]]:
    """What is started: this very Python, so that no other installation is found."""
    code = ["-m", "orchestration.definitions"]
    server = [sys.executable, "-m", "orchestration.webserver", "--host", HOST, "--port", str(port)]
    return [*server, *code], [sys.executable, "-m", "dagster._daemon", "run", *code]


def environment(home: Home) -> dict[str, str]:
    """What the started processes are told."""
    return {
        **os.environ,
        **quiet.SILENCE,
        "DAGSTER_HOME": str(home.dagster),
        "MISHUKIN_HOME": str(home.root),
    }


def serve(home: Home, port: int) -> NoReturn:
    """Serve until this command is told to end, and end all that it started. Raises Stop."""
    configure(home)
    token, told = secrets.token_urlsafe(), environment(home)
    guard = {
        "MISHUKIN_WEB_HOSTS": f"{HOST}:{port},localhost:{port}",
        "MISHUKIN_WEB_TOKEN": token,
    }
    for told_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told_to_end, _end_once)
    server, daemon = commands(port)
    started = []
    try:
        started += [_start(server, told | guard)]
        started += [_start(daemon, told)]
        say(f"http://{HOST}:{port}/?token={token}")
        say("このアドレスを開いてください(一度だけ使えます)。Ctrl+Cで終わります。")
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        raise Stop("Dagsterの画面かデーモンが終わったため、終了します。", Exit.UNEXPECTED)
    finally:
        _end(started)


def _end_once(*_: object) -> NoReturn:
    """End as at Ctrl-C, and be told so no more: what was started is ended first."""
    for told_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told_to_end, signal.SIG_IGN)
    raise KeyboardInterrupt


def _start(command: Sequence[str], told: dict[str, str]) -> "subprocess.Popen[bytes]":
    """A process with a group of its own, to which all that it starts belongs."""
    return subprocess.Popen(command, env=told, process_group=0)  # noqa: S603 - our own Python


def _end(started: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in started:
        process.terminate()
    for process in started:
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
