"""Locks of a home: held by one thread of one process; whoever comes next waits, and says for whom.

The kernel frees a lock with the process that held it, however that ends.
"""

import fcntl
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

# A wait that is over before anybody has read of it is not told.
SECONDS_UNTOLD = 1.0
KERNELS = Path("/proc/locks")

_mutexes: defaultdict[Path, threading.RLock] = defaultdict(threading.RLock)
_held: set[Path] = set()


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold a lock, once other threads and processes have let it go.

    A thread that holds it already goes on: a command and the assets it runs share it.
    """
    with _alone_in_this_process(lock):
        if lock in _held:
            yield
            return
        with lock.open("w") as file:
            _lock(file, lock)
            _held.add(lock)
            try:
                yield
            finally:
                _held.remove(lock)


def is_held_here(lock: Path) -> bool:
    """Whether this thread holds it."""
    mutex = _mutexes[lock]
    if not mutex.acquire(blocking=False):
        return False
    try:
        return lock in _held
    finally:
        mutex.release()


def holder(lock: Path) -> int | None:
    """The number of the process that holds it, as the kernel knows; None where nobody does."""
    if not lock.exists() or not KERNELS.exists():
        return None
    inode = lock.stat().st_ino
    for line in KERNELS.read_text().splitlines():
        fields = line.split()
        if fields[1] == "FLOCK" and fields[5].endswith(f":{inode}"):
            return int(fields[4])
    return None


@contextmanager
def _alone_in_this_process(lock: Path) -> Iterator[None]:
    mutex = _mutexes[lock]
    if not mutex.acquire(blocking=False):
        with _told_when_long(lock):
            mutex.acquire()
    try:
        yield
    finally:
        mutex.release()


def _lock(file: TextIO, lock: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with _told_when_long(lock):
            fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def _told_when_long(lock: Path) -> Iterator[None]:
    timer = threading.Timer(SECONDS_UNTOLD, _tell, [lock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _tell(lock: Path) -> None:
    from services.messages import say

    process = holder(lock)
    who = f"(プロセス番号{process})" if process else ""
    say(
        f"ほかの処理{who}がホームフォルダ「{lock.parents[1]}」に書き込んでいます。"
        "終わるのを待っています…"
    )
