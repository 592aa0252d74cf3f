"""`make bench`: measure, print the table, and write it to docs/benchmarks.md."""

import os
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import terms
from benchmarks import layouts, million, outlook, report, tricks
from benchmarks.forms import write_forms
from benchmarks.sample import QUIET, sample_home, seconds

COUNTS = (100, 300, 1_000)  # forms: memory must not follow their number
LOADS = 2
NOTES: list[str] = []  # what does not fit a line of the table
ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MISHUKIN = str(BIN / "mishukin")


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
        return (
            f"| {self.what} | {self.ours:.2f} s | {other} | {self.ratio()} "
            f"| {self.target} | {self.runs} |"
        )

    def ratio(self) -> str:
        """How many times faster than the other; how many times its time where that is asked."""
        if self.other is None:
            return "—"
        if self.target.startswith("≤"):
            return f"{self.ours / self.other:.2f} ×"
        return f"{self.other / self.ours:.1f} ×"


def paired(
    ours: list[str], other: list[str], environ: Mapping[str, str], runs: int
) -> tuple[float, float]:
    """Medians of both commands, run in turn after one warm-up of each."""
    seconds(ours, environ)
    seconds(other, environ)
    times = [(seconds(ours, environ), seconds(other, environ)) for _ in range(runs)]
    return statistics.median(t for t, _ in times), statistics.median(t for _, t in times)


def load_against_plain_loader(home: Path) -> list[Result]:
    """`mishukin load` reads, checks, archives, lands and returns; the plain loader reads and lands.

    Each run loads the same files into an empty home.
    """
    folders = {count: home.parent / f"forms-{count}" for count in COUNTS}
    for count, folder in folders.items():
        write_forms(folder, count)
    most = max(COUNTS)
    plain = [sys.executable, str(ROOT / "benchmarks" / "plain_loader.py")]
    memory = {count: loaded(folder, home)[1] for count, folder in folders.items()}
    output = str(home.parent / "plain.parquet")
    seconds([*plain, str(folders[min(COUNTS)]), output], {})
    times = [
        (loaded(folders[most], home)[0], seconds([*plain, str(folders[most]), output], {}))
        for _ in range(LOADS)
    ]
    ours, other = (statistics.median(side) for side in zip(*times, strict=True))
    what = (
        f"`load` of {most:,} annual forms ({most / ours:.0f} a second), 32% with findings, "
        "2% returned; plain pandas/openpyxl to Parquet"
    )
    peaks = " / ".join(f"{memory[count]} MiB" for count in COUNTS)
    print(f"memory of `load`: {peaks}", flush=True)
    NOTES.append(
        f"Largest process of `load` with {' / '.join(f'{c:,}' for c in COUNTS)} forms: {peaks}."
    )
    return [Result(what, ours, other, LOADS, "≥ 5 ×")]


def loaded(folder: Path, home: Path) -> tuple[float, int]:
    """Wall seconds of a load into an empty home, and MiB of its largest process."""
    empty = home.parent / "empty"
    command = [MISHUKIN, "--home", str(empty), "load", str(folder), "--municipality", "999999"]
    start = perf_counter()
    with subprocess.Popen(
        command, env=os.environ | QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = perf_counter() - start
    if process.returncode not in (0, 3):
        raise SystemExit(f"{command}: {process.returncode}")
    shutil.rmtree(empty)
    return took, usage.ru_maxrss // 1024


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
        **terms.variables(),
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


def million_rows(folder: Path) -> list[Result]:
    """dbt's `fct_collection` against the same table by one statement."""
    folder.mkdir()
    measured = million.measure(folder)
    rows = f"`fct_collection` of {measured.rows:,} rows"
    runs = million.RUNS
    alone, hand = measured.build_without_dbt, measured.build_by_hand
    total, total_by_hand = measured.total, measured.total_by_hand
    return [
        Result(
            f"build of {rows}; the same SQL without dbt", measured.build, alone, runs, "≤ 1.15 ×"
        ),
        Result("the same; one statement without history", measured.build, hand, runs, "≤ 2 ×"),
        Result(f"total of {rows}; of the hand-made table", total, total_by_hand, 15, "≤ 1.15 ×"),
    ]


def thousand_claims(folder: Path) -> Result:
    """A balance report of a thousand claims, drafted in every format."""
    folder.mkdir()
    generation = report.write_generation(folder)
    drafted = [report.draft(generation, folder) for _ in range(3)]
    took = statistics.median(each.seconds for each in drafted)
    memory = max(each.mebibytes for each in drafted)
    NOTES.append(f"Largest process of a report over {report.CLAIMS:,} claims: {memory} MiB.")
    what = f"a balance report over {report.CLAIMS:,} claims as page, CSV, XLSX, PDF and charts"
    return Result(what, took, None, 3, "< 10 s")


def layouts_beside_forms(folder: Path) -> list[Result]:
    """Forms are looked at as tables of every layout of the home first."""
    took = layouts.measure(folder)
    what = f"processor time of `check` of {layouts.FORMS} annual forms with {{}} layouts; with none"
    return [
        Result(what.format(count), took[count], took[0], layouts.RUNS, "≤ 1.1 ×")
        for count in layouts.COUNTS
        if count
    ]


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
    from attack import mutation, other_mutation, seen_mutation

    text = "\n".join([mutation.report(), other_mutation.report(), seen_mutation.report()])
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


def main() -> None:
    """Measure everything and write the table."""
    lines = [
        "| what | mishukin | the other | ratio | asked for | runs |",
        "|---|---|---|---|---|---|",
    ]
    with sample_home() as home:
        measures: list[Callable[[], Result | list[Result]]] = [
            lambda: load_against_plain_loader(home),
            lambda: main_job_against_stock(home),
            lambda: million_rows(home.parent / "million"),
            lambda: thousand_claims(home.parent / "report"),
            lambda: layouts_beside_forms(home.parent / "layouts"),
            lambda: start_up(home),
            lambda: bad_files(home.parent / "bad"),
        ]
        for measure in measures:
            results = measure()
            for result in results if isinstance(results, list) else [results]:
                lines.append(result.row())
                print(result.row(), flush=True)
        about_tricks = tricks.section(home)
        outlook.write(home / "marts" / "current.duckdb")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    preface = (ROOT / "benchmarks" / "preface.md").read_text(encoding="utf-8")
    text = "\n".join([preface, *lines, "", *NOTES, "", about_tricks])
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    print(f"largest process: {peak} MiB")
    faults_in_real_forms()


if __name__ == "__main__":
    main()
