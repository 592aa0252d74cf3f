"""`make bench`: measure, print the table, and write it to docs/benchmarks.md."""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.forms import write_forms

FORMS = 500
ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MISHUKIN = str(BIN / "mishukin")
QUIET = {
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "SODA_CORE_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
}


@dataclass(frozen=True)
class Result:
    """One line of the table. Seconds are medians; `target` is what was asked for."""

    what: str
    ours: float
    other: float | None
    runs: int
    target: str

    def row(self) -> str:
        """The line in Markdown."""
        other = f"{self.other:.2f} s" if self.other else "—"
        ratio = f"{self.other / self.ours:.1f} ×" if self.other else "—"
        return (
            f"| {self.what} | {self.ours:.2f} s | {other} | {ratio} | {self.target} | {self.runs} |"
        )


def seconds(command: list[str], environ: Mapping[str, str]) -> float:
    """Wall seconds of a whole command; it may end with any code of the contract."""
    start = perf_counter()
    done = subprocess.run(
        command, env=os.environ | QUIET | dict(environ), capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 3):
        raise SystemExit(f"{command}: {done.returncode}\n{done.stderr[-3000:]}")
    return perf_counter() - start


def paired(
    ours: list[str], other: list[str], environ: Mapping[str, str], runs: int
) -> tuple[float, float]:
    """Medians of both commands, run in turn after one warm-up of each."""
    seconds(ours, environ)
    seconds(other, environ)
    times = [(seconds(ours, environ), seconds(other, environ)) for _ in range(runs)]
    return statistics.median(t for t, _ in times), statistics.median(t for _, t in times)


def check_against_plain_loader(home: Path) -> Result:
    """`mishukin check` reads and checks; the plain loader only reads. The same files."""
    folder = home.parent / "forms"
    write_forms(folder, FORMS)
    plain = [sys.executable, str(ROOT / "benchmarks" / "plain_loader.py"), str(folder)]
    ours, other = paired([MISHUKIN, "check", str(folder)], plain, {}, runs=5)
    what = f"`check` of {FORMS} annual forms ({FORMS / ours:.0f} a second), plain pandas/openpyxl"
    return Result(what, ours, other, 5, "≥ 5 ×")


def main_job_against_stock(home: Path) -> Result:
    """`mishukin run`, warm, against `dagster job execute` with a process a step."""
    dagster = home / "stock"
    dagster.mkdir()
    environ = {
        "MISHUKIN_HOME": str(home),
        "DAGSTER_HOME": str(dagster),
        "DBT_TARGET_PATH": str(dagster / "target"),
        "DBT_LOG_PATH": str(dagster / "logs"),
        "MISHUKIN_LANDING": str(home / "landing"),
        "MISHUKIN_WAREHOUSE": str(home / "warehouse.duckdb"),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    (dagster / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    project = str(ROOT / "dbt_project")
    seconds(
        [str(BIN / "dbt"), "parse", "--project-dir", project, "--profiles-dir", project], environ
    )
    stock = [str(BIN / "dagster"), "job", "execute", "-f", str(ROOT / "benchmarks" / "stock.py")]
    ours, other = paired([MISHUKIN, "run"], [*stock, "-j", "main"], environ, runs=3)
    what = "main job on the sample city, stock multiprocess Dagster with the dbt command"
    return Result(what, ours, other, 3, "≥ 3 ×")


def start_up(home: Path) -> list[Result]:
    """Whole commands from a cold start."""
    environ = {"MISHUKIN_HOME": str(home)}
    commands = {
        "`mishukin --help`": [MISHUKIN, "--help"],
        "`mishukin sql`, a total by class": [
            MISHUKIN,
            "sql",
            "select claim_classes, sum(balance) from fct_collection group by 1",
        ],
    }
    return [
        Result(what, statistics.median(seconds(c, environ) for _ in range(5)), None, 5, "< 0.5 s")
        for what, c in commands.items()
    ]


def faults_in_real_forms() -> None:
    """Write docs/mutations.md: which faults in real forms are told, and where."""
    sys.path.insert(0, str(ROOT / "tests"))
    from fuzz.mutation import report

    text = report()
    print(text)
    (ROOT / "docs" / "mutations.md").write_text(text, encoding="utf-8")


def bad_files(folder: Path) -> list[Result]:
    """Each bad file alone: time, and the largest memory of any process that read one."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.workbooks import BAD_FILES

    folder.mkdir()
    results = []
    for name, (make, _) in BAD_FILES.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(make())
        took = statistics.median(seconds([MISHUKIN, "check", str(path)], {}) for _ in range(3))
        results.append(Result(f"`check` of a bad file: {name}", took, None, 3, "< 2 s"))
    return results


@contextmanager
def sample_home() -> Iterator[Path]:
    """A home of the sample city, loaded and built."""
    folder = Path(tempfile.mkdtemp(prefix="mishukin-bench-"))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.demo"],
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


def main() -> None:
    """Measure everything and write the table."""
    lines = [
        "| what | mishukin | the other | ratio | asked for | runs |",
        "|---|---|---|---|---|---|",
    ]
    with sample_home() as home:
        measures: list[Callable[[], Result | list[Result]]] = [
            lambda: check_against_plain_loader(home),
            lambda: main_job_against_stock(home),
            lambda: start_up(home),
            lambda: bad_files(home.parent / "bad"),
        ]
        for measure in measures:
            results = measure()
            for result in results if isinstance(results, list) else [results]:
                lines.append(result.row())
                print(result.row(), flush=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    text = (ROOT / "benchmarks" / "preface.md").read_text(encoding="utf-8")
    table = "\n".join(lines)
    (ROOT / "docs" / "benchmarks.md").write_text(f"{text}\n{table}\n", encoding="utf-8")
    print(f"largest process: {peak} MiB")
    faults_in_real_forms()


if __name__ == "__main__":
    main()
