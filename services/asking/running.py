"""Has questions answered in processes of their own, a few at once; each ends in time."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from threading import BoundedSemaphore, Lock
from typing import IO, Any

from services.as_of import known_at as known_at_of
from services.asking.wording import LONGEST, bare, filled_in
from services.exits import Stop
from services.home import Home
from services.query import Bounds
from terms.reading import ADDED

# So many processes answer at once; who comes then waits so long for one to end.
AT_ONCE, PATIENCE_SECONDS = 3, 8.0
# A page is waited for: by a person, and by the proxy before the window.
LONGEST_SECONDS = 50
GRACE_SECONDS = 5
DOWNLOADS = {"xlsx": "Excel", "csv": "CSV"}
# What a worker is told of the environment: no password, no address of a database.
_INHERITED = ("LD_LIBRARY_PATH", "PYTHONPATH", "TZ", ADDED)
# As what uploads are called: what a kill leaves is dropped with theirs.
ASIDE = ".staged-ask-"
_PLACES = BoundedSemaphore(AT_ONCE)
# One person does not take all of them.
OF_ONE = 2
_ASKING: Counter[str] = Counter()
_COUNTING = Lock()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as somebody asks it. `known_at`: as it was known at the end of that day."""

    sql: str
    known_at: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    narrowed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The first rows of an answer, how many there are, and of which generation.

    `origins`: columns whose figures lead to their origin, as `services.trace.origins` tells them.
    """

    columns: Sequence[str]
    types: Sequence[str]
    rows: Sequence[Sequence[Any]]
    count: int
    generation: str
    origins: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Download:
    """A whole answer as a file that is gone when it is closed."""

    file: IO[bytes]
    count: int
    generation: str


class Refused(Stop):
    """A question that is not answered. `why`: forbidden, bounds or mistaken."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


def ask(home: Home, asked: Asked, who: str) -> Answer:
    """The first rows of an answer. Raises Stop; Refused where the database said no."""
    with tempfile.TemporaryFile(dir=home.window) as unused:
        told = _run(home, asked, who, "rows", unused)
    return Answer(**told)


def download(home: Home, asked: Asked, who: str, form: str) -> Download:
    """The whole answer, in one of DOWNLOADS. Raises as `ask`."""
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile(dir=home.window))
        told = _run(home, asked, who, form, file)
        file.seek(0)
        stack.pop_all()  # whoever reads it closes it
    return Download(file, told["count"], told["generation"])


def _run(home: Home, asked: Asked, who: str, form: str, body: IO[bytes]) -> dict[str, Any]:
    request = {
        "home": str(home.root),
        "sql": _sql(asked),
        "known_at": known_at_of(asked.known_at) if asked.known_at else None,
        "narrowed": {name: value for name, value in asked.narrowed.items() if value},
        "form": form,
    }
    bounds = Bounds.of(home)
    if bounds.seconds > LONGEST_SECONDS:
        bounds = replace(bounds, seconds=LONGEST_SECONDS, set_in="窓口での上限")
    with _place(who), tempfile.TemporaryDirectory(prefix=ASIDE, dir=home.window) as aside:
        told = {**request, **asdict(bounds), "temporary": aside}
        answer = _answer_of(told, bounds, body)
    if "refused" in answer:
        raise Refused(answer["refused"], answer["why"])
    return answer


def _sql(asked: Asked) -> str:
    if not asked.sql.strip():
        raise Stop("問い(SQL)を書いてください。")
    if len(asked.sql) > LONGEST:
        raise Stop(f"問い(SQL)は{LONGEST:,}文字までです。")
    return bare(filled_in(asked.sql, asked.parameters))


@contextmanager
def _place(who: str) -> Iterator[None]:
    """One of the places there are. Raises Stop where nobody leaves one in time."""
    with _COUNTING:
        if _ASKING[who] >= OF_ONE:
            raise Stop("前の問い合わせが、まだ続いています。終わってから実行してください。")
        _ASKING[who] += 1
    try:
        if not _PLACES.acquire(timeout=PATIENCE_SECONDS):
            raise Stop("いま、ほかの問い合わせが続いています。少しおいて、実行してください。")
        try:
            yield
        finally:
            _PLACES.release()
    finally:
        with _COUNTING:
            _ASKING[who] -= 1


def _answer_of(request: Mapping[str, Any], bounds: Bounds, body: IO[bytes]) -> dict[str, Any]:
    """What the worker says; what happened to it where it says nothing."""
    worker = subprocess.Popen(  # noqa: S603 - this interpreter, this package
        [
            sys.executable,
            "-P",
            "-m",
            "services.asking.worker",
            f"{body.fileno()}",
            f"{os.getpid()}",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=[body.fileno()],
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
    )
    try:
        said, _ = worker.communicate(json.dumps(request).encode(), bounds.seconds + GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        raise Refused(
            f"問い合わせに時間がかかりすぎるため中止しました(上限{bounds.seconds}秒、"
            f"{bounds.set_in})。条件を絞ってください。",
            "bounds",
        ) from None
    finally:
        worker.kill()
        worker.communicate()
    if worker.returncode or not said:
        raise Refused(
            "問い合わせに使うメモリが多すぎるか、問いが複雑すぎるため中止しました。"
            "条件を絞ってください。",
            "bounds",
        )
    answer: dict[str, Any] = json.loads(said)
    return answer
