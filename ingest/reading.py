"""Has workbooks opened in limited processes, many at once; one bad file costs no other anything."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from signal import SIGXCPU
from socket import socketpair
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ingest.answers import GivenUp, Reading, understood
from ingest.findings import of_file
from terms.reading import ADDED

if TYPE_CHECKING:
    from ingest.described.layout import Described

# What a workbook may cost. A busy machine turns nothing away: the clock is for what stands still.
CPU_SECONDS = 20
MEMORY_BYTES = 480 * 2**20  # with the parent's share below the 512 MiB that a workbook may cost
TIMEOUT_SECONDS = 600.0
MOST_ANSWERED = 256 * 2**20
OUT_OF_MEMORY = 3  # as which a worker ends

# What a worker is told of the environment: no password, no address of a database.
_INHERITED = ("LD_LIBRARY_PATH", "PYTHONPATH", "TZ", ADDED)


class Request(NamedTuple):
    """One workbook and what is to be done with it; `details` are the task's own."""

    task: Literal["read", "annotate", "explain", "draft", "show", "list", "piece"]
    file: str
    data: bytes
    details: Any = None


def read_all(
    workbooks: Iterable[tuple[str, bytes, str | None]],
    layouts: Sequence["Described"] = (),
) -> Iterator[tuple[int, Reading]]:
    """Read workbooks; yields (index, Reading) as they finish, in any order.

    A workbook is its file name, its bytes and the municipality it belongs to, where it is known.
    `layouts`: the tables that the home describes.
    """
    requests = (Request("read", *workbook) for workbook in workbooks)
    for index, file, answer in ask_all(requests, layouts):
        if isinstance(answer, GivenUp):
            yield index, Reading(findings=[of_file(file, "too_large", answer.why + _ADVICE)])
        elif isinstance(answer, Reading):
            yield index, answer
        else:
            raise TypeError(type(answer))


def ask_all(
    requests: Iterable[Request], layouts: Sequence["Described"] = ()
) -> Iterator[tuple[int, str, object]]:
    """Have requests answered; yields (index, file, answer or GivenUp) in any order."""
    todo = enumerate(requests)
    crew = [_Worker(layouts) for _ in range(os.cpu_count() or 1)]
    try:
        busy = [w for w in crew if w.take(todo)]
        while busy:
            ready = wait([w.connection for w in busy], _patience(busy))
            for worker in list(busy):
                index, file = worker.index, worker.request.file
                if worker.connection in ready:
                    answer = worker.answer()
                elif monotonic() - worker.since > TIMEOUT_SECONDS:
                    answer = worker.give_up(_TOO_SLOW)
                else:
                    continue
                if answer is None:
                    continue  # it tries once more
                # The worker goes on while the answer is looked at.
                if not worker.take(todo):
                    busy.remove(worker)
                yield index, file, answer
    finally:
        for worker in crew:
            worker.stop()


def _patience(busy: list["_Worker"]) -> float:
    return max(0.0, min(w.since for w in busy) + TIMEOUT_SECONDS - monotonic())


_TOO_SLOW = (
    f"ファイルの読み取りに時間がかかりすぎるため中止しました(処理時間の上限{CPU_SECONDS}秒)。"
)
_TOO_BIG = (
    "ファイルが壊れているか、読むために必要なメモリが大きすぎるため中止しました"
    f"(メモリの上限{MEMORY_BYTES // 2**20}MiB)。"
)
_ADVICE = "表だけを新しいブックに貼り付けて(値と書式)、.xlsx形式で提出し直してください。"


class _Worker:
    """One reading process; started when first needed, replaced when it dies."""

    def __init__(self, layouts: Sequence["Described"]) -> None:
        self.layouts = tuple(layouts)
        self.process: subprocess.Popen[bytes] | None = None
        self.connection: Connection
        self.request: Request
        self.index, self.since, self.is_second_try = -1, 0.0, False

    def take(self, todo: Iterator[tuple[int, Request]]) -> bool:
        """Send the next request, if there is one."""
        following = next(todo, None)
        if following is None:
            return False
        self.index, self.request = following
        self.is_second_try = False
        self._send()
        return True

    def answer(self) -> object:
        """The answer that has arrived; GivenUp when the process died of the workbook.

        None when it died otherwise, perhaps for want of memory elsewhere, and tries once more.
        """
        try:
            return understood(self.request.task, self.connection.recv_bytes(MOST_ANSWERED))
        except (EOFError, OSError):
            died = self.stop()
        except (ValueError, KeyError):  # no answer of ours
            return self.give_up(_TOO_BIG)
        if died == -SIGXCPU:
            return GivenUp(_TOO_SLOW)
        if died == OUT_OF_MEMORY or self.is_second_try:
            return GivenUp(_TOO_BIG)
        self.is_second_try = True
        self._send()
        return None

    def give_up(self, why: str) -> GivenUp:
        """Stop the process."""
        self.stop()
        return GivenUp(why)

    def stop(self) -> int | None:
        """End this process, and only this one; returns how it ended, if it had by itself."""
        if self.process is None:
            return None
        self.connection.close()
        self.process.kill()
        died, self.process = self.process.wait(), None
        return died

    def _send(self) -> None:
        if self.process is None:
            self._start()
        self.since = monotonic()
        with suppress(OSError):  # whoever died meanwhile is found dead by `answer`
            self.connection.send(self.request)

    def _start(self) -> None:
        ours, theirs = socketpair()
        told = theirs.fileno(), os.getpid(), CPU_SECONDS
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter, this package
            [sys.executable, "-P", "-m", "ingest.worker", *map(str, told)],
            pass_fds=[theirs.fileno()],
            env={name: os.environ[name] for name in _INHERITED if name in os.environ}
            | {"OPENBLAS_NUM_THREADS": "1"},  # each thread would reserve memory
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        self.connection = Connection(ours.detach())
        with suppress(OSError):
            self.connection.send(self.layouts)
