"""No network at run time, and one process: the whole flow with every socket refused.

From an empty home, tests/ship/test_sample_city.py does it.
"""

import os
import subprocess
import sys
from datetime import date

from flow.city import CODE, balance_report

from services.home import Home
from services.query import ask

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
import cli
code = cli.run(sys.argv[1:])
sys.exit(code)
"""


def test_the_main_job_needs_no_network(built: Home) -> None:
    (built.inbox / CODE / "new.xlsx").write_bytes(balance_report(date(2021, 1, 31), 1000))
    done = subprocess.run(
        [sys.executable, "-c", ALONE, "--home", str(built.root), "run"],
        capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    reported = "select count(*) from fct_collection where as_of = date '2021-01-31'"
    assert ask(built, reported).rows == [(2,)]
