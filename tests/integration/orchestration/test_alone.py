"""No network at run time, and one process: the whole flow with every socket refused."""

import os
import subprocess
import sys
from pathlib import Path

from integration.orchestration.city import fill_inbox

from orchestration.home import Home
from orchestration.query import ask

# Addresses of the internet only: the worker that reads workbooks may talk to its parent.
ALONE = """
import socket, sys

def refuse(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        raise SystemExit(f"name looked up: {arguments}")
    if event in ("socket.connect", "socket.sendto") and arguments[0].family != socket.AF_UNIX:
        raise SystemExit(f"connection to {arguments[1:]}")
    if event == "subprocess.Popen" and {"dbt", "dagster"} & set(map(str, arguments[1])):
        raise SystemExit(f"second process: {arguments[1]}")

sys.addaudithook(refuse)
from orchestration import cli
code = cli.run(sys.argv[1:])
sys.exit(code)
"""


def test_the_main_job_needs_no_network(tmp_path: Path) -> None:
    home = Home(tmp_path)
    fill_inbox(home)
    done = subprocess.run(
        [sys.executable, "-c", ALONE, "--home", str(tmp_path), "run"],
        capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ask(home, "select count(*) from fct_collection").rows == [(49,)]
