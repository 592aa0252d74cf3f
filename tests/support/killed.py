"""Runs `mishukin` and kills it, with SIGKILL, just before one of its steps.

A step is an fsync, a rename, a link, or a removal below the home, as Python asks for it. `syscalls`
does the same at every system call.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
# The tests' own modules are found, too.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))}


class Step(NamedTuple):
    """A step, as which it is counted, and what it changes."""

    kind: str
    path: str
    number: int


def steps(home: Path, arguments: Sequence[str]) -> list[Step]:
    """Run the command to its end; its steps. Raises RuntimeError where it fails."""
    done = _watched(home, None, arguments)
    if done.returncode:
        raise RuntimeError(done.stderr)
    told = (line.split(" ", 1) for line in done.stdout.splitlines())
    return [Step(kind, path, number) for number, (kind, path) in enumerate(told, 1)]


def kill(home: Path, arguments: Sequence[str], step: Step) -> bool:
    """Run the command until this step; whether it came to it."""
    return _watched(home, step.number, arguments).returncode == -signal.SIGKILL


def _watched(
    home: Path, at: int | None, arguments: Sequence[str]
) -> "subprocess.CompletedProcess[str]":
    watched = [sys.executable, "-m", "support.killed", str(home), str(at or "-"), *arguments]
    return subprocess.run(watched, env=ENVIRONMENT, check=False, capture_output=True, text=True)


def main(home: Path, at: int | None, arguments: list[str]) -> None:
    """Run the command; its steps are told in the place of what it says."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    passed = 0
    lock = threading.Lock()

    def step(kind: str, path: Path) -> None:
        nonlocal passed
        if not path.is_relative_to(home):
            return
        with lock:
            passed += 1
            if passed == at:
                os.kill(os.getpid(), signal.SIGKILL)
            told.write(f"{kind} {path.relative_to(home).as_posix()}\n")

    watch(step)
    from cli import run

    code = run(["--home", str(home), *arguments])
    told.flush()
    os._exit(code)


def watch(step: Callable[[str, Path], None]) -> None:
    """Tell each step before it is taken."""

    def told(name: str, path_of: Callable[..., Path]) -> None:
        real = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            step(name, path_of(*arguments))
            return real(*arguments, **options)

        setattr(os, name, call)

    told("fsync", lambda descriptor: Path(f"/proc/self/fd/{descriptor}").readlink())
    told("replace", lambda _, target: Path(target).absolute())
    told("rename", lambda _, target: Path(target).absolute())
    told("symlink", lambda _, target, *__: Path(target).absolute())
    told("unlink", lambda path, *_: Path(path).absolute())


if __name__ == "__main__":
    given, number, *rest = sys.argv[1:]
    main(Path(given).resolve(), None if number == "-" else int(number), rest)
