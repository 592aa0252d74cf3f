"""`mishukin dev`: the UI and the daemon on loopback, and a run started from it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from flow.city import CODE, balance_report

from cli.dev import command
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
    """A running `mishukin dev`."""

    def __init__(self, home: Home, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/graphql"
        # Tests in the background ignore an interrupt, and so would the server.
        self.process = subprocess.Popen(
            ["env", "--default-signal=INT", sys.executable, "-m", "cli",
             "--home", str(home.root), "dev", "--port", str(port)],
            env=os.environ, text=True, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, query: str, **variables: Any) -> dict[str, Any] | None:
        """The data of an answer, or None while nobody answers."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = Request(self.url, body, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with urlopen(request) as answer:  # noqa: S310 - our own server on loopback
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

    def stop(self) -> None:
        """End this server's own session of processes."""
        self.process.send_signal(signal.SIGINT)
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
    started = command(3000)
    assert started[started.index("--host") + 1] == "127.0.0.1"


def test_a_run_started_from_the_ui_succeeds(built: Home, server: Server) -> None:
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
