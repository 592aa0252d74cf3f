"""What several test files read and none changes, made once for all workers of a run."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

SHARED = "MISHUKIN_TESTS_SHARED"  # the run's folder, of conftest.py


def once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` filled; whoever comes first makes it, the others wait for it."""
    shared = Path(os.environ[SHARED])
    folder, aside = shared / name, shared / f"{name}.tmp"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            make(aside)
            aside.rename(folder)
    return folder
