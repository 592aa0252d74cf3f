"""Readers ask all the while that forms are loaded, the warehouse is built and generations change.

`make stress` does it at length and writes docs/stress.md; the test does it for a moment.
"""

import multiprocessing
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from time import perf_counter
from typing import Any

from flow.city import RECEIVED, balance_report, fill_inbox, land

from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit
from services.generation import publish
from services.home import Home
from services.query import ask, connect
from services.warehouse.build import Warehouse

ROOT = Path(__file__).parents[2]
JULY = date(2020, 7, 31)
KEPT = 2  # few, so that files go while they are read
# Four figures of four relations, each different in every generation.
QUESTION = """
    select
        (select count(*) from mart_submission) as submissions,
        (select sum(balance) from fct_collection) as balance,
        (select sum(balance) from mart_balance_total where dimension = 'city') as total,
        (select sum(残高) from 財政.残高報告) as shown
"""
BALANCE = "select sum(balance) as balance from fct_collection"
FIRST_DAY = RECEIVED.date().isoformat()
EVERY = 10  # each so many queries, one as of the first day
Answer = tuple[Any, ...]


@dataclass
class Reading:
    """What readers got: how often each answer, the seconds of each query, what went wrong."""

    answers: Counter[Answer] = field(default_factory=Counter)
    as_of: Counter[Answer] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, other: "Reading") -> None:
        """Take in another reader's."""
        self.answers += other.answers
        self.as_of += other.as_of
        self.seconds += other.seconds
        self.failures += other.failures


def read(root: Path, begun: Event, stop: Event, results: "Queue[Reading]") -> None:
    """Ask until told to stop; a connection of before is asked again at the end."""
    home, reading = Home(root), Reading()
    with connect(home) as kept_open:
        before = kept_open.execute(QUESTION).fetchall()
        begun.set()
        while not stop.is_set():
            asked_at = perf_counter()
            try:
                if len(reading.seconds) % EVERY:
                    reading.answers.update(ask(home, QUESTION).rows)
                else:
                    reading.as_of.update(ask(home, BALANCE, as_of=FIRST_DAY).rows)
            except Exception as error:  # whatever it is, it is a failure
                reading.failures.append(repr(error))
            reading.seconds.append(perf_counter() - asked_at)
        if kept_open.execute(QUESTION).fetchall() != before:
            reading.failures.append("an open connection changed its answer")
    results.put(reading)


@contextmanager
def readers(home: Home, count: int) -> Iterator[Reading]:
    """Processes that ask as long as the block lasts; what they got is there after it."""
    context = multiprocessing.get_context("spawn")
    stop, results, total = context.Event(), context.Queue(), Reading()
    begun = [context.Event() for _ in range(count)]
    processes = [
        context.Process(target=read, args=(home.root, event, stop, results)) for event in begun
    ]
    for process, event in zip(processes, begun, strict=True):
        process.start()
        assert event.wait(60), "a reader did not begin"
    try:
        yield total
    finally:
        stop.set()
        for _ in processes:
            total.add(results.get(timeout=60))
        for process in processes:
            process.join()


def rebuild(home: Home, folder: Path, builds: int) -> list[Answer]:
    """Load a corrected report, build, publish, again and again; the answer of each generation."""
    warehouse = Warehouse(home)
    expected = [ask(home, QUESTION).rows[0]]
    for number in range(1, builds + 1):
        at = RECEIVED + timedelta(days=number)
        report = folder / f"report-{number}.xlsx"
        report.write_bytes(balance_report(JULY, 1000 + number))
        land(home, [report], at)
        failed = [result for result in warehouse.build(warehouse.take_in()) if result.failed]
        assert not failed, failed
        assert publish(home, at, keep=KEPT).is_new
        expected.append(ask(home, QUESTION).rows[0])
    return expected


def main(builds: int = 50, processes: int = 4) -> None:
    """Build a home, let readers at it, and write down what they got."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = Home(folder / "home")
        fill_inbox(home)
        outcome = runs.run(home, stopped_at(RECEIVED))
        assert outcome.code is Exit.DONE, outcome.messages
        begun_at = perf_counter()
        with readers(home, processes) as reading:
            expected = rebuild(home, folder, builds)
        page = _page(reading, expected, processes, perf_counter() - begun_at)
    (ROOT / "docs" / "stress.md").write_text(page, encoding="utf-8")
    sys.stdout.write(page)


def _page(reading: Reading, expected: list[Answer], processes: int, seconds: float) -> str:
    queries = len(reading.seconds)
    mixed = sum(count for answer, count in reading.answers.items() if answer not in expected)
    percentiles = statistics.quantiles(reading.seconds, n=100)
    return f"""# Reading while loading

Written by `make stress`. {processes} processes ask the current generation, each query on a new
connection as `mishukin sql` does, while forms are loaded, dbt builds, and generations are published
of which only {KEPT} are kept. A query reads two marts, a total and a view of 財政; every figure
differs in every generation, so that an answer from two generations would be seen. Every {EVERY}th
query asks as of the first day.

| | |
|---|---|
| loads, builds and generations | {len(expected) - 1} |
| queries | {queries:,} |
| failed | {len(reading.failures)} |
| answers that are no generation's | {mixed} |
| generations that some reader saw | {len(reading.answers)} of {len(expected)} |
| different answers as of the first day | {len(reading.as_of)} (1 is right) |
| a query, median · 99th percentile | {percentiles[49]:.3f} s · {percentiles[98]:.3f} s |
| all of it | {seconds:.0f} s |
"""


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
