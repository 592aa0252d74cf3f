"""What nobody needs any more, and how large a home is and how fast it grows."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ingest.landing import batches
from services.home import FOLDERS, Home

# A write that came to no end within a day never will.
A_DAY = timedelta(days=1)
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Size:
    """A folder of the home: bytes, and how many of them came within the last year."""

    folder: str
    bytes: int
    new: int


def drop_left_aside(home: Home, at: datetime) -> list[str]:
    """Remove what a kill left half written, older than a day; returns it."""
    with home.alone():
        left = sorted(
            path
            for path in _aside(home)
            if datetime.fromtimestamp(path.lstat().st_mtime, at.tzinfo) < at - A_DAY
        )
        _drop(left)
    return [path.relative_to(home.root).as_posix() for path in left]


def drop_aside_at_once(home: Home) -> None:
    """The same whenever it was left; not where others than the home's writers write."""
    others = (home.inbox, home.config)
    with home.alone():
        _drop([path for path in _aside(home) if not any(map(path.is_relative_to, others))])


def _drop(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _aside(home: Home) -> Iterator[Path]:
    """Names that begin with a point: nothing of a home that is whole has one."""
    yield from (*home.root.glob(".again-*"), *home.root.glob(".*.new"))
    for name in FOLDERS:
        for place, folders, files in os.walk(home.root / name):
            yield from (Path(place, each) for each in (*folders, *files) if each.startswith("."))
            folders[:] = [each for each in folders if not each.startswith(".")]


def sizes(home: Home, at: datetime) -> list[Size]:
    """Every folder of the home that holds anything, the largest first."""
    since = (at - A_YEAR).timestamp()
    found = []
    for name in FOLDERS:
        stats = [path.lstat() for path in (home.root / name).rglob("*") if path.is_file()]
        size = sum(stat.st_size for stat in stats)
        new = sum(stat.st_size for stat in stats if stat.st_mtime >= since)
        found.append(Size(name, size, new))
    return sorted((each for each in found if each.bytes), key=lambda each: -each.bytes)


def loads_of_the_year(home: Home, at: datetime) -> int:
    """How many batches landed within the last year."""
    return sum(batch.received_at > at - A_YEAR for batch in batches(home.landing))
