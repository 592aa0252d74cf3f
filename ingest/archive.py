"""The archive: the untouched bytes of every workbook, under their hash."""

from pathlib import Path
from typing import Self

from ingest.landing import fsync

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")


class Archive:
    """Keeps workbooks while others are read. Left without an error, all of them are on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._has_kept = False

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """The names are made durable once for all."""
        if kind is None and self._has_kept:
            fsync(self._folder)

    def keep(self, sha256: str, data: bytes, suffix: str) -> None:
        """Keep the untouched bytes under their hash; of the submitted name only a known suffix."""
        name = sha256 + (suffix.lower() if suffix.lower() in SUFFIXES else "")
        if (self._folder / name).exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._settle(name, data)
        self._has_kept = True

    def _settle(self, name: str, data: bytes) -> None:
        """A name never stands for fewer bytes than it should, even after a power cut."""
        aside = self._folder / f".{name}.tmp"
        aside.write_bytes(data)
        fsync(aside)
        aside.rename(self._folder / name)
