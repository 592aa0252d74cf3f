"""A workbook that costs its reader the life costs nobody else anything, and gains nothing by it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import pytest
from support.workbooks import GOOD, OSAKA, with_rows

from ingest import reading
from ingest.answers import GivenUp, understood
from ingest.reading import Request, ask_all, read_all

BOOKS = [GOOD, OSAKA / "010.xlsx"]
# Has a workbook read, tells the worker's process, and lives on.
PARENT = """
import sys
from pathlib import Path
from ingest.reading import Request, _Worker
worker = _Worker(())
worker.take(iter([(0, Request("read", "a.xlsx", Path(sys.argv[1]).read_bytes()))]))
worker.answer()
print(worker.process.pid, flush=True)
sys.stdin.read()
"""


def files(*more: bytes) -> list[tuple[str, bytes, None]]:
    """Two sound workbooks, and hostile ones between them."""
    first, last = (path.read_bytes() for path in BOOKS)
    return [(f"{n}.xlsx", data, None) for n, data in enumerate((first, *more, last))]


def slow_book(cells: int = 900_000) -> bytes:
    """Within every bound, and work for some seconds."""
    rows = (
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><v>{r}</v></c>' for c in _COLUMNS) + "</row>"
        for r in range(1, cells // len(_COLUMNS))
    )
    return with_rows("".join(rows))


_COLUMNS = [first + second for first in "ABCD" for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


@contextmanager
def killed(how: int, monkeypatch: pytest.MonkeyPatch, file: str, times: int) -> Iterator[None]:
    """Each worker that gets `file` is ended, the first `times`: before it can answer."""
    send, left = reading._Worker._send, [times]

    def sent(worker: reading._Worker) -> None:
        if worker.request.file != file or not left[0]:
            send(worker)
            return
        left[0] -= 1
        if worker.process is None:
            worker._start()
        assert worker.process
        worker.process.send_signal(how)
        worker.process.wait()
        send(worker)

    monkeypatch.setattr(reading._Worker, "_send", sent)
    yield


def whys(answers: dict[int, reading.Reading]) -> dict[int, str]:
    """What is told of the workbooks that could not be read."""
    return {n: answers[n].findings[0].message for n in answers if not answers[n].forms}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_worker_that_dies_takes_one_file_with_it(
    monkeypatch: pytest.MonkeyPatch, how: int
) -> None:
    books = files(GOOD.read_bytes())
    with killed(how, monkeypatch, "1.xlsx", times=2):
        answers = dict(read_all(books))
    assert answers.keys() == {0, 1, 2}
    assert list(whys(answers)) == [1]
    assert "上限480MiB" in whys(answers)[1]


def test_who_is_killed_once_by_the_way_is_read_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with killed(signal.SIGKILL, monkeypatch, "1.xlsx", times=1):
        assert whys(dict(read_all(files(GOOD.read_bytes())))) == {}


def test_processor_time_is_bounded_and_the_bound_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CPU_SECONDS", 0)  # what is begun of a second remains
    answers = dict(read_all(files(slow_book())))
    assert list(whys(answers)) == [1]
    assert "処理時間の上限" in whys(answers)[1]


def test_a_worker_ends_with_its_parent_whatever_it_does() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, GOOD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        descriptor = os.pidfd_open(worker)
        os.kill(worker, signal.SIGSTOP)  # it will not notice by itself
        parent.kill()
    assert select([descriptor], [], [], 60)[0]


def test_workers_inherit_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISHUKIN_DAGSTER_DSN", "postgresql://mishukin:secret@127.0.0.1/dagster")
    worker = reading._Worker(())
    try:
        worker._start()
        assert worker.process
        told = Path(f"/proc/{worker.process.pid}/environ")
        inherited = {each.partition(b"=")[0].decode() for each in told.read_bytes().split(b"\0")}
    finally:
        worker.stop()
    assert inherited - {""} <= {*reading._INHERITED, "OPENBLAS_NUM_THREADS"}


def test_a_worker_finds_its_code_where_it_is_installed_and_not_in_the_folder_of_the_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openpyxl.py").write_text("raise SystemExit")
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert whys(dict(read_all(files()))) == {}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"Reading",
        b"Reading\nnull",
        b'Reading\n{"findings": [{"rule": "no such rule"}]}',
        b'Reading\n{"forms": [{"sheet": 1}]}',
        b"annotate\nPK",
        b"draft\n{}",
        b"\x80\x04cos\nsystem\n",
    ],
)
def test_what_is_no_answer_is_none_and_nothing_in_it_is_run(answer: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        understood("read", answer)


def test_a_load_outlives_an_answer_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_over(task: str, data: bytes) -> object:
        broken = data.replace(b'"form"', b'"from"') if b"010.xlsx" in data else data
        return understood(task, broken)

    monkeypatch.setattr(reading, "understood", taken_over)
    requests = [Request("read", path.name, path.read_bytes()) for path in BOOKS]
    answers = {file: answer for _, file, answer in ask_all(requests)}
    assert isinstance(answers["010.xlsx"], GivenUp)
    assert not isinstance(answers[GOOD.name], GivenUp)
