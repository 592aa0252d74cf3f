"""A finished home of the sample city to measure in, and how a command is timed."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

QUIET = {
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "SODA_CORE_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
}


@contextmanager
def sample_home() -> Iterator[Path]:
    """A home of the sample city, loaded and built."""
    folder = Path(tempfile.mkdtemp(prefix="mishukin-bench-"))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cli.demo"],
            env=os.environ | QUIET | {"MISHUKIN_HOME": str(folder / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        yield folder / "home"
    finally:
        shutil.rmtree(folder)


def seconds(
    command: Sequence[str], environ: Mapping[str, str], folder: Path | None = None
) -> float:
    """Wall seconds of a whole command; it may end with any code of the contract."""
    start = perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | QUIET | dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 3):
        raise SystemExit(f"{command}: {done.returncode}\n{done.stderr[-3000:]}")
    return perf_counter() - start


def processor_seconds() -> float:
    """How long the processor has worked in all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
