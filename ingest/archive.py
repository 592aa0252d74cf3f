"""The archive: the untouched bytes of every workbook, under their hash."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from ingest.landing import fsync

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
# A disk takes several files in the time of one, and handing over each alone costs more than it.
_WRITERS = 4
_AT_ONCE = 16
_WAITING = 8


class Archive:
    """Keeps workbooks while others are read. Left without an error, all of them are on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._disk = ThreadPoolExecutor(_WRITERS)
        self._written: list[str] = []
        self._waiting: deque[Future[None]] = deque()
        self._taken: set[str] = set()

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Wait for the disk; the names are made durable once for all."""
        if kind is None and self._taken:
            self._hand_over(0)
            fsync(self._folder)
        self._disk.shutdown(cancel_futures=True)

    def keep(self, sha256: str, data: bytes, suffix: str) -> None:
        """Keep the untouched bytes under their hash; of the submitted name only a known suffix."""
        name = sha256 + (suffix.lower() if suffix.lower() in SUFFIXES else "")
        if name in self._taken or (self._folder / name).exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._aside(name).write_bytes(data)
        self._taken.add(name)
        self._written.append(name)
        if len(self._written) >= _AT_ONCE:
            self._hand_over(_WAITING)

    def _hand_over(self, may_wait: int) -> None:
        """Let the disk take what is written; wait until few enough hand-overs are under way."""
        self._waiting.append(self._disk.submit(self._settle, self._written))
        self._written = []
        while len(self._waiting) > may_wait:
            self._waiting.popleft().result()

    def _settle(self, names: list[str]) -> None:
        """A name never stands for fewer bytes than it should, even after a power cut."""
        for name in names:
            fsync(self._aside(name))
            self._aside(name).rename(self._folder / name)

    def _aside(self, name: str) -> Path:
        return self._folder / f".{name}.tmp"
