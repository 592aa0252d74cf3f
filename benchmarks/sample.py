"""A finished home of the sample city to measure in."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
