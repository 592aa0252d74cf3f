"""What each trick of speed is worth: a whole command with it, and without.

A patch of `without/` takes one trick out, in a copy of the product; its first lines name the trick
and a command that it is for. `python -m benchmarks.tricks` measures these alone.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from benchmarks.forms import write_forms
from benchmarks.sample import processor_seconds, sample_home, seconds

ROOT = Path(__file__).resolve().parent.parent
WITHOUT = ROOT / "benchmarks" / "without"
ABOUT = ROOT / "benchmarks" / "tricks.md"
PRODUCT = ("cli", "dbt_project", "exports", "ingest", "orchestration", "services", "terms")
RUNS = 5
FORMS, RETURNED = 300, 60
# Run in the folder of a copy; what is in `left` afterwards is thrown away.
COMMANDS = {
    "build": ["--home", "home", "build"],
    "sql": ["--home", "home", "sql", "select sum(balance) from fct_collection"],
    "check": ["--home", "home", "check", "../forms/0002.xlsx"],
    "load": ["--home", "left", "load", "../forms", "--municipality", "999999"],
    "return": ["--home", "left", "load", "../faulty", "--municipality", "999999"],
    "sample": ["sample", "left"],
}
CALLED = {
    "build": "`build` of the sample city",
    "sql": "`sql`, one total",
    "check": "`check` of one workbook",
    "load": f"`load` of {FORMS} forms",
    "return": f"`load` of {RETURNED} forms that all go back",
    "sample": "`sample`",
}
HEAD = """\
| trick | where | command | with → without | ratio | processor: with → without | ratio |
|---|---|---|---|---|---|---|"""
_HEADER = re.compile(r"Trick: (?P<what>\S.*)\nCommand: (?P<command>\w+)\n\n(?=diff --git )")
_TOUCHED = re.compile(r"^diff --git a/(\S+) b/\1$", re.M)


class Seconds(NamedTuple):
    """Of a command: what it took, and how long the processor worked, in all its processes."""

    wall: float
    processor: float

    @classmethod
    def median(cls, of: Iterable["Seconds"]) -> "Seconds":
        """The median of each of both."""
        return cls(*map(statistics.median, zip(*of, strict=True)))


@dataclass(frozen=True, slots=True)
class Trick:
    """A trick, the command that it is for, and the patch that takes it out."""

    patch: Path
    what: str
    command: str
    where: tuple[str, ...]

    def row(self, ours: Seconds, without: Seconds) -> str:
        """Its line of the table."""
        where = ", ".join(f"`{name}`" for name in self.where)
        both = (
            f"{took:.2f} → {longer:.2f} s | {longer / took:.2f} ×"
            for took, longer in zip(ours, without, strict=True)
        )
        return f"| {self.what} | {where} | {CALLED[self.command]} | {' | '.join(both)} |"


def tricks() -> list[Trick]:
    """Those that there are, by their commands. Raises ValueError for a patch that names none."""
    return sorted(map(_read, WITHOUT.glob("*.patch")), key=lambda t: (t.command, t.patch))


def _read(patch: Path) -> Trick:
    text = patch.read_text(encoding="utf-8")
    header = _HEADER.match(text)
    if header is None:
        raise ValueError(f"{patch.name}: Trick and Command must come before the difference")
    return Trick(patch, header["what"], header["command"], tuple(_TOUCHED.findall(text)))


def take_out(trick: Trick, folder: Path) -> None:
    """Apply the patch in a copy. Raises CalledProcessError where it does not fit."""
    # The copy stands alone, whatever repository it may lie in.
    alone = {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    command = ["git", "apply", str(trick.patch)]
    subprocess.run(command, cwd=folder, env=os.environ | alone, check=True)


def measure(home: Path) -> Iterator[str]:
    """The lines of the table. All copies run each command in turn, after a warm-up of each."""
    write_forms(home.parent / "forms", FORMS)
    write_forms(home.parent / "faulty", RETURNED, one_wrong_in=1)
    for command, group in groupby(tricks(), lambda trick: trick.command):
        chosen = list(group)
        folders = [_copied(home, None), *(_copied(home, trick) for trick in chosen)]
        for folder in folders:
            _seconds(folder, command)
        times = [[_seconds(folder, command) for folder in folders] for _ in range(RUNS)]
        ours, *without = map(Seconds.median, zip(*times, strict=True))
        for trick, median in zip(chosen, without, strict=True):
            yield trick.row(ours, median)
        for folder in folders:
            shutil.rmtree(folder)


def _copied(home: Path, trick: Trick | None) -> Path:
    """The product without a trick, in a folder beside the home, and a copy of the home in it."""
    folder = home.parent / (trick.patch.stem if trick else "with-all")
    for name in PRODUCT:
        ignored = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    if trick:
        take_out(trick, folder)
    shutil.copytree(home, folder / "home", symlinks=True)
    return folder


def _seconds(folder: Path, command: str) -> Seconds:
    python = [sys.executable, "-P", "-m", "cli"]
    before = processor_seconds()
    wall = seconds([*python, *COMMANDS[command]], {"PYTHONPATH": str(folder)}, folder)
    shutil.rmtree(folder / "left", ignore_errors=True)
    return Seconds(wall, processor_seconds() - before)


def section(home: Path) -> str:
    """What docs/benchmarks.md says of the tricks, at its end."""
    lines = [HEAD]
    for line in measure(home):
        lines.append(line)
        print(line, flush=True)
    return "\n".join([ABOUT.read_text(encoding="utf-8"), *lines, ""])


def main() -> None:
    """Measure the tricks alone, and put them in the place of what was measured before."""
    with sample_home() as home:
        new = section(home)
    page = ROOT / "docs" / "benchmarks.md"
    before = page.read_text(encoding="utf-8").partition(new.splitlines()[0])[0]
    page.write_text(before + new, encoding="utf-8")


if __name__ == "__main__":
    main()
