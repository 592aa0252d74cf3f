"""Has workbooks opened in limited processes, many at once; one bad file costs no other anything."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from socket import socketpair
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ingest.findings import Finding, of_file
from ingest.forms.reading import FormReading
from ingest.packed import Packed, pack

if TYPE_CHECKING:
    from ingest.described.layout import Described

TIMEOUT_SECONDS = 30.0


@dataclass(slots=True)
class Reading:
    """What one workbook says: its forms, and findings that belong to no form.

    From another process a form comes without its cells: they are in `packed`, one for each form.
    """

    forms: list[FormReading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    packed: list[Packed] = field(default_factory=list)

    def pack(self) -> "Reading":
        """Take the cells off the forms, for the way to another process."""
        self.packed = [pack(form) for form in self.forms]
        return self


class Request(NamedTuple):
    """One workbook and what is to be done with it; `details` are the task's own."""

    task: Literal["read", "annotate", "explain", "draft", "show"]
    file: str
    data: bytes
    details: Any = None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A workbook that cost the process its life; `why` in Japanese."""

    why: str


def read_all(
    workbooks: Iterable[tuple[str, bytes, str | None]],
    layouts: Sequence["Described"] = (),
    *,
    timeout: float = TIMEOUT_SECONDS,
) -> Iterator[tuple[int, Reading]]:
    """Read workbooks; yields (index, Reading) as they finish, in any order.

    A workbook is its file name, its bytes and the municipality it belongs to, where it is known.
    `layouts`: the tables that the home describes.
    """
    requests = (Request("read", *workbook) for workbook in workbooks)
    for index, file, answer in ask_all(requests, layouts, timeout=timeout):
        if isinstance(answer, GivenUp):
            yield index, Reading(findings=[of_file(file, "too_large", answer.why + _ADVICE)])
        elif isinstance(answer, Reading):
            yield index, answer
        else:
            raise TypeError(type(answer))


def ask_all(
    requests: Iterable[Request],
    layouts: Sequence["Described"] = (),
    *,
    timeout: float = TIMEOUT_SECONDS,
) -> Iterator[tuple[int, str, object]]:
    """Have requests answered; yields (index, file, answer or GivenUp) in any order."""
    todo = enumerate(requests)
    crew = [_Worker(layouts) for _ in range(os.cpu_count() or 1)]
    try:
        busy = [w for w in crew if w.take(todo)]
        while busy:
            ready = wait([w.connection for w in busy], _patience(busy, timeout))
            for worker in list(busy):
                index, file = worker.index, worker.file
                if worker.connection in ready:
                    answer = worker.answer()
                elif monotonic() - worker.since > timeout:
                    answer = worker.give_up(_TOO_SLOW)
                else:
                    continue
                # The worker goes on while the answer is looked at.
                if not worker.take(todo):
                    busy.remove(worker)
                yield index, file, answer
    finally:
        for worker in crew:
            worker.stop()


def _patience(busy: list["_Worker"], timeout: float) -> float:
    return max(0.0, min(w.since for w in busy) + timeout - monotonic())


_TOO_SLOW = "ファイルの読み取りに時間がかかりすぎるため中止しました。"
_TOO_BIG = "ファイルが壊れているか、読むために必要なメモリが大きすぎるため中止しました。"
_ADVICE = "表だけを新しいブックに貼り付けて(値と書式)、.xlsx形式で提出し直してください。"


class _Worker:
    """One reading process; started when first needed, replaced when it dies."""

    def __init__(self, layouts: Sequence["Described"]) -> None:
        self.layouts = tuple(layouts)
        self.process: subprocess.Popen[bytes] | None = None
        self.connection: Connection
        self.index, self.file, self.since = -1, "", 0.0

    def take(self, todo: Iterator[tuple[int, Request]]) -> bool:
        """Send the next request, if there is one."""
        following = next(todo, None)
        if following is None:
            return False
        self.index, request = following
        self.file = request.file
        if self.process is None:
            self._start()
        self.since = monotonic()
        self.connection.send(request)
        return True

    def answer(self) -> object:
        """The answer that has arrived; GivenUp when the process died of the workbook."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return self.give_up(_TOO_BIG)

    def give_up(self, why: str) -> GivenUp:
        """Stop the process."""
        self.stop()
        return GivenUp(why)

    def stop(self) -> None:
        """End this process, and only this one."""
        if self.process is not None:
            self.connection.close()
            self.process.kill()
            self.process.wait()
            self.process = None

    def _start(self) -> None:
        ours, theirs = socketpair()
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter, this package
            [sys.executable, "-m", "ingest.worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # each thread would reserve memory
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        self.connection = Connection(ours.detach())
        self.connection.send(self.layouts)
