"""A desktop tool at a generation: another process that opens the file to write to it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOOL = """
import sys
import duckdb
path, *statements = sys.argv[1:]
tool = duckdb.connect(path)
for statement in statements:
    tool.execute(statement)
print("open", flush=True)
sys.stdin.read()
tool.close()
"""


@contextmanager
def opened(path: Path, *statements: str) -> Iterator[subprocess.Popen[str]]:
    """A tool that has run its statements and stays; closed at the end, unless it was killed."""
    path.resolve().chmod(0o644)  # as whoever wants to write does
    with subprocess.Popen(
        [sys.executable, "-c", TOOL, str(path), *statements],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as tool:  # fmt: skip
        assert tool.stdout
        assert tool.stdout.readline() == "open\n"
        try:
            yield tool
        finally:
            tool.communicate()


def edited(path: Path, *statements: str) -> None:
    """What the statements change is in the file, and nothing beside it."""
    with opened(path, *statements):
        pass


def left_open(path: Path, *statements: str) -> None:
    """The tool dies: what the statements change is in its log beside the file."""
    with opened(path, *statements) as tool:
        tool.kill()
