"""A balance report of a thousand claims in every format, by a process of its own."""

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import ModuleType

CLAIMS = 1_000

_ROOT = Path(__file__).resolve().parent.parent
_CLASSES = ("enforceable", "non_enforceable", "private", "enforceable,non_enforceable")
_DEPARTMENTS = 40


@dataclass(frozen=True)
class Drafted:
    """Wall seconds of the whole process, and MiB of the largest one it needed."""

    seconds: float
    mebibytes: int


def write_generation(folder: Path) -> Path:
    """A generation of the marts with so many claims, some of few debtors."""
    marts = _published_marts()
    claims = [
        marts.claim(
            f"{number:04}",
            f"第{number}号貸付金返還金(住宅新築資金等)",
            _CLASSES[number % len(_CLASSES)],
            f"第{number % _DEPARTMENTS + 1}局債権管理課",
            *(number * factor for factor in (1_234_567, 1_200_001, 345_678, 901_234, 1_300_003)),
        )
        | {"debtors": number % 400, "note": "前年同月末の報告は推計" if number % 7 == 0 else None}
        for number in range(1, CLAIMS + 1)
    ]
    path = folder / "generation.duckdb"
    marts.write_generation(path, claims, marts.YEARS)
    return path


def draft(generation: Path, folder: Path) -> Drafted:
    """Draft the report of a generation from nothing."""
    command = [sys.executable, "-m", "benchmarks.report", str(generation), str(folder)]
    start = perf_counter()
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Drafted(perf_counter() - start, int(done.stdout))


def _peak() -> int:
    """MiB of this process, or of the largest that it started, at its largest.

    The system's own answer for a child counts what its parent held when it was started.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = int(status.partition("VmHWM:")[2].split()[0])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


def _published_marts() -> ModuleType:
    sys.path.insert(0, str(_ROOT / "tests"))
    from figures.exports import published_marts

    return published_marts


def _main(generation: Path, folder: Path) -> None:
    from exports.release import drafting
    from exports.release.records import Places

    marts = _published_marts()
    home = folder / f"home-{os.getpid()}"
    places = Places(home / "drafts", home / "public", home / "releases")
    books = drafting.Books(generation, marts.CITY, places)
    drafting.draft(books, marts.DAY, drafting.Asked(planned=marts.ISSUED))


if __name__ == "__main__":
    _main(*map(Path, sys.argv[1:]))
    print(_peak())
