"""Defects planted on purpose, one in a copy of the product at a time: is the suite's test there?

`make planted` runs all of them, `PYTHONPATH=tests python -m planted.run 01 feed` those whose names
hold these words. A line for each: found; NOT FOUND, where the named test still passes; broken,
where it does not come to an answer, or fails without the defect as well. Exit 1 unless all are
found.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PRODUCT = ("cli", "dbt_project", "exports", "ingest", "orchestration", "services", "terms")
# What tests read beside the product.
BESIDE = ("benchmarks", "deploy", "docs", "tests", "README.md", "pyproject.toml", "workspace.yaml")
NEVER_COPIED = shutil.ignore_patterns("__pycache__", "target", "logs", ".*_cache", ".hypothesis")
PATIENCE = 1200  # seconds for a test
FOUND, NOT_FOUND, BROKEN = "found", "NOT FOUND", "broken"

_HEADER = re.compile(
    r"Promise: (?P<promise>\S.*)\nCaught by: (?P<file>tests/\S+\.py)::(?P<test>test_\w+)\n\n*"
    r"(?=diff --git )"
)
_TOUCHED = re.compile(r"^diff --git a/(\S+) b/\1$", re.M)


@dataclass(frozen=True, slots=True)
class Planted:
    """A patch that breaks a promise, and the test that finds it."""

    path: Path
    promise: str
    test_file: str
    test: str
    touched: tuple[str, ...]

    @property
    def name(self) -> str:
        """`01-backup-without-config`."""
        return self.path.stem

    @property
    def caught_by(self) -> str:
        """The node of the test, with all its parameters."""
        return f"{self.test_file}::{self.test}"


def patches(*words: str) -> list[Planted]:
    """Those whose names hold one of the words; all of them without any."""
    paths = sorted(HERE.glob("*.patch"))
    return [read(path) for path in paths if not words or any(word in path.stem for word in words)]


def read(path: Path) -> Planted:
    """Raises ValueError where the patch does not begin as it must."""
    text = path.read_text(encoding="utf-8")
    header = _HEADER.match(text)
    if header is None:
        raise ValueError(f"{path.name}: Promise and Caught by must come before the difference")
    touched = tuple(_TOUCHED.findall(text))
    return Planted(path, header["promise"], header["file"], header["test"], touched)


def apply(defect: Planted, folder: Path) -> str:
    """Plant the defect in a copy; what git says where it does not fit, else an empty text."""
    # The copy stands alone, wherever it lies and whatever git itself started this.
    told = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "apply", str(defect.path)],
        cwd=folder,
        env=told | {"GIT_CEILING_DIRECTORIES": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the product and the tests, for one defect."""
    with tempfile.TemporaryDirectory(prefix="planted-") as made:
        folder = Path(made).resolve() / "house"
        folder.mkdir()
        for name in (*PRODUCT, *BESIDE):
            place = ROOT / name
            if place.is_dir():
                shutil.copytree(place, folder / name, symlinks=True, ignore=NEVER_COPIED)
            else:
                shutil.copy2(place, folder / name)
        yield folder


def outcomes(folder: Path, tests: Sequence[str]) -> dict[str, set[str]]:
    """What came of each test function in a copy: passed, failure, error, skipped."""
    told = _env(folder)
    _refuse_another(folder, told)
    report = folder.parent / "report.xml"
    report.unlink(missing_ok=True)
    options = ["-p", "no:cacheprovider", "-o", "junit_family=xunit1", f"--junitxml={report}"]
    try:
        subprocess.run(
            [sys.executable, "-P", "-m", "pytest", *options, *tests],
            cwd=folder,
            env=told,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE * len(tests),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {}
    return _told_by(report) if report.exists() else {}


def _refuse_another(folder: Path, told: dict[str, str]) -> None:
    """Raise RuntimeError unless every package is found in the copy."""
    where = f"from importlib.util import find_spec\nfor name in {PRODUCT}:\n"
    where += "    print(next(iter(find_spec(name).submodule_search_locations)))"
    found = subprocess.run(
        [sys.executable, "-P", "-c", where],
        cwd=folder,
        env=told,
        capture_output=True,
        text=True,
        check=True,
    )
    places = [Path(line).resolve() for line in found.stdout.splitlines()]
    if places != [folder / name for name in PRODUCT]:
        raise RuntimeError(f"not the copy would be imported, but {places}")


def _told_by(report: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for case in Xml.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it just now
        node = f"{case.get('file')}::{str(case.get('name')).partition('[')[0]}"
        kinds = {part.tag for part in case} & {"failure", "error", "skipped"}
        found.setdefault(node, set()).update(kinds or {"passed"})
    return found


def _env(folder: Path) -> dict[str, str]:
    """Whatever a test starts imports the copy as well; nothing parsed elsewhere is taken over."""
    told = {name: value for name, value in os.environ.items() if name != "MISHUKIN_PARSED"}
    return told | {
        "PYTHONPATH": os.pathsep.join((str(folder), str(folder / "tests"))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def verdict(defect: Planted) -> str:
    """Plant it in a copy and ask its test."""
    with copied() as folder:
        if apply(defect, folder):
            return BROKEN
        came = outcomes(folder, [defect.caught_by]).get(defect.caught_by, set())
    if "failure" in came:
        return FOUND
    return NOT_FOUND if came == {"passed"} else BROKEN


def main(words: Sequence[str]) -> int:
    """Ask the tests of the chosen defects, first without any."""
    chosen = patches(*words)
    with copied() as folder:
        sound = outcomes(folder, sorted({defect.caught_by for defect in chosen}))
    lost = 0
    for defect in chosen:
        is_sound = sound.get(defect.caught_by) == {"passed"}
        came = verdict(defect) if is_sound else BROKEN
        lost += came != FOUND
        print(f"{came:9}  {defect.name}  {defect.caught_by}", flush=True)
    print(f"{len(chosen) - lost} of {len(chosen)} found")
    return int(lost > 0 or not chosen)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
