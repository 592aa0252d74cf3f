"""The archive: the untouched bytes of every workbook, under their hash."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from ingest.landing import fsync

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
# A disk takes several files in the time of one; what waits for it is held in memory.
_WRITERS = 4
_WAITING = 8


class Archive:
    """Keeps workbooks while others are read. Left without an error, all of them are on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers = ThreadPoolExecutor(_WRITERS)
        self._waiting: deque[Future[None]] = deque()
        self._taken: set[str] = set()

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Wait for the disk; the names are made durable once for all."""
        try:
            while self._waiting and kind is None:
                self._waiting.popleft().result()
        finally:
            self._writers.shutdown(cancel_futures=kind is not None)
        if self._taken and kind is None:
            fsync(self._folder)

    def keep(self, sha256: str, data: bytes, suffix: str) -> None:
        """Keep the untouched bytes under their hash; of the submitted name only a known suffix."""
        name = sha256 + (suffix.lower() if suffix.lower() in SUFFIXES else "")
        if name in self._taken or (self._folder / name).exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._taken.add(name)
        self._waiting.append(self._writers.submit(self._write, name, data))
        if len(self._waiting) > _WAITING:
            self._waiting.popleft().result()

    def _write(self, name: str, data: bytes) -> None:
        """A name never stands for fewer bytes than it should, even after a power cut."""
        aside = self._folder / f".{name}.tmp"
        aside.write_bytes(data)
        fsync(aside)
        aside.rename(self._folder / name)
