"""`mishukin dev`: the UI and the daemon on loopback, and a run started from it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from select import select
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest
from flow.city import CODE, balance_report

from cli.dev import commands
from services.home import Home
from services.query import ask

LOOKS = 600
BETWEEN_LOOKS = 0.2
LAUNCH = """
mutation Launch($run: ExecutionParams!) {
  launchRun(executionParams: $run) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
STATUS = "query Status($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


class Server:
    """A running `mishukin dev`, opened as its address says."""

    def __init__(self, home: Home, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        # Tests in the background ignore an interrupt, and so would the server.
        self.process = subprocess.Popen(
            ["env", "--default-signal=INT", sys.executable, "-m", "cli",
             "--home", str(home.root), "dev", "--port", str(port)],
            env=os.environ, text=True, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stderr
        self.address = self.process.stderr.readline().strip()
        # Whatever is said later must find room.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.browser = build_opener(HTTPCookieProcessor())

    def status(self, address: str, **headers: str) -> int | None:
        """How an address is answered by somebody without a cookie; None while nobody answers."""
        try:
            with urlopen(Request(address, headers=headers)) as answer:  # noqa: S310 - on loopback
                return int(answer.status)
        except HTTPError as refused:
            return refused.code
        except (URLError, ConnectionError):
            return None

    def ask(self, query: str, **variables: Any) -> dict[str, Any] | None:
        """The data of an answer, or None while nobody answers."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        told = {"Content-Type": "application/json", "Origin": self.root}
        request = Request(f"{self.root}/graphql", body, told)  # noqa: S310
        try:
            with self.browser.open(request) as answer:
                data: dict[str, Any] = json.load(answer)["data"]
                return data
        except (URLError, ConnectionError):
            return None

    def until(self, look: Callable[[], Any]) -> Any:
        """What `look` finds; gives up when the server ended or after so many looks."""
        pause = threading.Event()
        for _ in range(LOOKS):
            found = look()
            if found is not None:
                return found
            assert self.process.poll() is None, "the server ended"
            pause.wait(BETWEEN_LOOKS)
        raise AssertionError("not within the looks allowed")

    def family(self) -> set[int]:
        """The server's processes, and all that they started."""
        parents: dict[int, int] = {}
        for each in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                told = each.read_text().rpartition(")")[2].split()
                parents[int(each.parent.name)] = int(told[1])
        found = {self.process.pid}
        while more := {p for p, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End this server."""
        self.process.send_signal(how)
        self.process.wait()


@pytest.fixture
def server(built: Home) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(built, port)
    yield server
    server.stop()


def test_the_ui_listens_on_this_machine_only() -> None:
    server, _ = commands(3000)
    assert server[server.index("--host") + 1] == "127.0.0.1"


def test_only_the_address_that_is_printed_lets_in_and_only_once(server: Server) -> None:
    assert server.until(lambda: server.status(server.root)) == 401
    assert server.status(f"{server.root}/graphql") == 401
    assert server.status(server.address, Host="evil.example") == 403
    assert server.status(server.address, Origin="http://evil.example") == 403
    assert server.status(f"{server.root}/?token=wrong") == 401
    with server.browser.open(server.address) as page:
        assert (page.status, page.url) == (200, f"{server.root}/")
    assert server.status(server.address) == 401
    assert server.ask("{ version }")


def test_sigterm_ends_all_that_was_started(server: Server) -> None:
    server.until(lambda: server.status(server.root))
    started = {each: os.pidfd_open(each) for each in server.family()}
    assert len(started) > 3
    server.stop(signal.SIGTERM)
    # A descriptor can be read from once its process has ended, whoever asks for its end.
    assert [each for each, ended in started.items() if not select([ended], [], [], 60)[0]] == []


def test_a_run_started_from_the_ui_succeeds(built: Home, server: Server) -> None:
    server.until(lambda: server.status(server.root))
    server.browser.open(server.address).close()
    (built.inbox / CODE / "new.xlsx").write_bytes(balance_report(date(2021, 1, 31), 1000))
    job = {
        "repositoryLocationName": "orchestration.definitions",
        "repositoryName": "__repository__",
        "jobName": "main",
    }

    def launched() -> str | None:
        answer = server.ask(LAUNCH, run={"selector": job, "runConfigData": "{}"})
        # Until the code location is loaded, the job is not found.
        found = answer and answer["launchRun"].get("run")
        return found["runId"] if found else None

    run = server.until(launched)

    def ended() -> str | None:
        answer = server.ask(STATUS, id=run)
        status = answer["runOrError"]["status"] if answer else None
        return status if status in ("SUCCESS", "FAILURE", "CANCELED") else None

    assert server.until(ended) == "SUCCESS"
    reported = "select count(*) from fct_collection where as_of = date '2021-01-31'"
    assert ask(built, reported).rows == [(2,)]
