"""Runs `mishukin` and kills it, with SIGKILL, just before its n-th step.

`python -m support.killed HOME N [ARGUMENT…]`: a step is an fsync, a rename, a link, or a removal
below HOME. Without N (`-`) it runs to its end and lists its steps, one a line, in HOME/.steps.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = ".steps"


def main(home: Path, at: int | None, arguments: list[str]) -> None:
    """Watch the steps, and run the command."""
    steps: list[str] = []
    lock = threading.Lock()

    def step(kind: str, path: Path) -> None:
        if not path.is_relative_to(home):
            return
        with lock:
            steps.append(f"{kind} {path.relative_to(home).as_posix()}")
            if len(steps) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            if at is None:
                (home / STEPS).write_text("\n".join(steps), encoding="utf-8")

    watch(step)
    from cli import run

    os._exit(run(["--home", str(home), *arguments]))


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
