"""Work that never gives its memory back, in a process of its own that ends with it."""

import subprocess
import sys


def run_apart(module: str, given: bytes, *arguments: str) -> bytes:
    """What a module of ours writes when it is run over ``given``.

    Raises RuntimeError, with what it said, when it fails.
    """
    done = subprocess.run(  # noqa: S603 - a module of this package
        [sys.executable, "-P", "-m", module, *arguments],
        input=given,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace")
        raise RuntimeError(f"{module} {' '.join(arguments)}: {said}")
    return done.stdout
