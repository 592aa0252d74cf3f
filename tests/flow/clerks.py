"""Clerks hand in at the same time, while a build runs and others read; nothing is lost or doubled.

`make clerks` does it with many and writes docs/clerks.md; the test does it with some.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

from flow.city import CODE, RECEIVED, fill_inbox
from support.killed import ENVIRONMENT
from support.window import PASSWORD, Visitor, served

from ingest import landing, templates
from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from services.records import audit

ROOT = Path(__file__).parents[2]
OCTOBER = date(2025, 10, 31)
PEOPLE = """
import sys
from pathlib import Path
from services.clock import now
from services.home import Home
from window.serving import prepare
home = Home(Path(sys.argv[1]))
prepare(home)
from window.people import keeping
for number in range(int(sys.argv[2])):
    keeping.add(home, f"clerk{number}", f"係員 {number}", sys.argv[3], now())
    post = keeping.Given("department", department=f"第{number}局")
    keeping.give(home, f"clerk{number}", post, now())
keeping.add(home, "reader", "読者 一郎", sys.argv[3], now())
keeping.give(home, "reader", keeping.Given("finance"), now())
"""


@dataclass
class Answered:
    """What clerks and readers got: the seconds of each answer, and what went wrong."""

    clerks: list[float] = field(default_factory=list)
    readers: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def report(number: int) -> bytes:
    """The balance report of a department: one claim of its own."""
    claim = f"{number + 100:03d}"
    row: dict[str, object] = {
        "claim_number": claim, "claim_name": f"第{number}使用料", "claim_classes": "私",
        "carried_forward": 1000 + number, "assessed_prior": 1000 + number, "collected_prior": 40,
        "written_off_prior": 0, "assessed_current": 300, "collected_current": 100,
        "written_off_current": 0, "cases": 12, "debtors": 11,
    }  # fmt: skip
    return templates.draw(
        "interim",
        municipality_code=CODE,
        as_of=OCTOBER,
        header={"department": f"第{number}局", "section": "総務課"},
        values={("collection", claim, name): value for name, value in row.items()},
    )


def city(home: Home) -> None:
    """A home whose first generation is there."""
    fill_inbox(home)
    (home.config / "city.yml").write_text(f'municipality_code: "{CODE}"\n', encoding="utf-8")
    outcome = runs.run(home, stopped_at(RECEIVED))
    assert outcome.code is Exit.DONE, outcome.messages


def people(home: Home, clerks: int) -> None:
    """So many clerks, each of a department of its own, and somebody who reads."""
    command = [sys.executable, "-c", PEOPLE, str(home.root), str(clerks), PASSWORD]
    subprocess.run(command, env=ENVIRONMENT, check=True)


def hand_in(home: Home, clerks: int, readers: int, spread: float) -> Answered:
    """All hand in within `spread` seconds while a build runs and so many read."""
    found = Answered()
    reports = [report(number) for number in range(clerks)]
    with served(home) as address, building(home):
        visitors = [Visitor(address).sign_in(f"clerk{number}") for number in range(clerks)]
        for visitor in visitors:
            visitor.open("/hand-in/")
        with reading(address, readers, found), ThreadPoolExecutor(clerks) as hands:
            begin, gap = Event(), spread / clerks
            tasks = [
                hands.submit(_send, visitor, number, reports[number], begin, gap * number, found)
                for number, visitor in enumerate(visitors)
            ]
            begin.set()
            for task in tasks:
                task.result()
    return found


def _send(
    visitor: Visitor, number: int, content: bytes, begin: Event, after: float, found: Answered
) -> None:
    begin.wait()
    Event().wait(after)
    started = perf_counter()
    visitor.send("/hand-in/", files=[(f"残高報告{number}.xlsx", content)])
    found.clerks.append(perf_counter() - started)
    if visitor.status != 200 or "すべて受け付けました" not in visitor.text:
        found.wrong.append(f"clerk {number}: {visitor.status} {visitor.text[:200]}")


@contextmanager
def building(home: Home) -> Iterator[None]:
    """A build that runs meanwhile, and must come to a good end."""
    command = [sys.executable, "-m", "cli", "--home", str(home.root), "build"]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE) as process:
        yield
        _, said = process.communicate()
    assert process.returncode == 0, said.decode()


@contextmanager
def reading(address: str, readers: int, found: Answered) -> Iterator[None]:
    """So many who open pages again and again, until the clerks are done."""
    done = Event()
    first = Visitor(address).sign_in("reader") if readers else None
    threads = [Thread(target=_read, args=(address, first, done, found)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def _read(address: str, first: Visitor, done: Event, found: Answered) -> None:
    visitor = Visitor(address)
    visitor.session.cookies.update(first.session.cookies)
    while not done.wait(5):
        started = perf_counter()
        visitor.open("/questions/")
        found.readers.append(perf_counter() - started)
        if visitor.status != 200:
            found.wrong.append(f"reader: {visitor.status}")


def lost_or_doubled(home: Home, clerks: int) -> list[str]:
    """Departments whose report is not there exactly once, and faults of the log."""
    rows = [row for row in landing.table(home.landing, "submission") if row["as_of"] == OCTOBER]
    counts = {f"第{number}局": 0 for number in range(clerks)}
    for row in rows:
        counts[row["department"]] += row["status"] == "accepted"
    wrong = [f"{department}: {count}" for department, count in counts.items() if count != 1]
    return [*wrong, *audit.verify(home).faults]


def main(clerks: int = 50, readers: int = 200, seconds: float = 60) -> int:
    """Do it, and write down what came of it; 1 where anything was wrong."""
    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name) / "home")
        city(home)
        people(home, clerks)
        found = hand_in(home, clerks, readers, seconds)
        wrong = [*found.wrong, *lost_or_doubled(home, clerks)]
    (ROOT / "docs" / "clerks.md").write_text(_page(found, wrong, clerks, readers, seconds), "utf-8")
    sys.stdout.write("\n".join([*wrong, f"docs/clerks.md: {len(wrong)}"]) + "\n")
    return 1 if wrong else 0


def _page(found: Answered, wrong: Sequence[str], clerks: int, readers: int, seconds: float) -> str:
    cells = [
        f"| {name} | {len(took)} | {statistics.median(took):.2f} | {max(took):.2f} |"
        for name, took in (("提出の答え", found.clerks), ("照会のページ", found.readers))
        if took
    ]
    faults = "\n".join(f"- {each}" for each in wrong)
    return (
        f"""# 窓口に大勢が来る試験

`make clerks` が書く。係員{clerks}人が{seconds:.0f}秒のうちに、それぞれ残高報告を出した。
そのあいだ構築(`mishukin build`)が走り、{readers}人が照会のページを5秒おきに開いた。
窓口も、係員と読者も、構築も、同じ機械(2コア)で動いた。

| | 回数 | 中央値(秒) | いちばん遅いもの(秒) |
|---|---:|---:|---:|
{chr(10).join(cells)}

失われた提出、二重の提出、失敗、監査記録の誤り: {len(wrong)}件。
{faults}
""".rstrip()
        + "\n"
    )


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
