"""Publishers that die before a write, forked from a process that has run nothing else.

What threads of the tests' own process hold would never be freed in a fork of it.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd  # noqa: F401 - DuckDB imports it when it is first asked with parameters
from figures.exports.office import LATER, Office
from support.killed import ENVIRONMENT

from exports.release import drafting, publishing
from exports.report.model import Report
from exports.report.rendering import report_files

WRITES = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree")
MODULES = (drafting, publishing)


class Rendered(dict[Report, dict[str, bytes]]):
    """Each report is rendered once and for all the publishers: they die at writes."""

    def __missing__(self, report: Report) -> dict[str, bytes]:
        self[report] = report_files(report)
        return self[report]


class Publishers:
    """The process of which they are forked."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def killed_at(self, office: Office, write: int) -> bool:
        """Publish, and be killed (SIGKILL) before the n-th write; False when it had fewer."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(pickle.dumps((office, write)))
        self.process.stdin.flush()
        ended = int(self.process.stdout.readline())
        assert ended in (0, -signal.SIGKILL)
        return ended != 0


@contextmanager
def publishers(rendered: Rendered) -> Iterator[Publishers]:
    """Who publishes until it is killed."""
    command = [sys.executable, "-m", "figures.exports.publisher"]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        process.stdin.write(pickle.dumps(rendered))
        yield Publishers(process)
        process.stdin.close()


def main() -> None:
    """Fork a publisher for each request, and tell how it ended."""
    rendered: Rendered = pickle.load(sys.stdin.buffer)  # noqa: S301 - of these tests
    for module in MODULES:
        vars(module)["report_files"] = rendered.__getitem__
    while sys.stdin.buffer.peek(1):
        office, write = pickle.load(sys.stdin.buffer)  # noqa: S301
        child = os.fork()
        if child == 0:
            _publish(office, write)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _publish(office: Office, write: int) -> None:
    left = [write]

    def count(event: str, arguments: tuple[object, ...]) -> None:
        if event not in WRITES or (event == "open" and arguments[1] in ("r", "rb")):
            return
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        office.publish(LATER)
    finally:
        os._exit(0 if sys.exc_info()[0] is None else 1)


if __name__ == "__main__":
    from figures.exports import publisher  # as which its parent knows it

    publisher.main()
