"""A command is killed (SIGKILL) and given once more: then all is as if nothing had happened.

`make kill` does it some three hundred times, before system calls of each command and at random
moments, and writes docs/faults.md; the test does it at a few steps.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any, NamedTuple

from flow.city import (
    RECEIVED,
    balance_report,
    fill_inbox,
    fingerprint,
    land,
    mishukin,
)
from support import killed, syscalls
from support.killed import ENVIRONMENT, Step

from exports.release import site
from ingest import landing
from orchestration import runs
from services import releases
from services.clock import stopped_at
from services.exits import Exit
from services.generation import current_generation
from services.home import Home
from services.query import ask
from services.records import approvals, audit, expunge, rebuild, soundness
from terms.years import TOKYO

ROOT = Path(__file__).parents[2]
JULY = date(2020, 7, 31)
# From the day on which the calendar lets the report be published.
FIRST, AGAIN = (datetime(2020, 10, 30, hour, tzinfo=TOKYO) for hour in (9, 15))
# The day a report was published is printed; of all else a later time makes no difference.
SAME_TIME = {"publish"}
# Given again, these are refused: it was done.
ONCE = {"withdraw", "expunge"}
# What says when, and so differs between a run that went through and one that came again.
WHEN = {"batch_id", "received_at"}


@dataclass(frozen=True)
class Story:
    """A command, and at how many random moments it is killed.

    `then`: what it changes first of what another story changes, too.
    """

    title: str
    arguments: tuple[str, ...]
    moments: int
    then: str | None = None


STORIES = {
    "load": Story("取込", ("load", "--by", "教育委員会", "--received-at"), 30),
    "withdraw": Story("取下げ", ("withdraw", "", "--by", "課長", "--reason", "誤り", "--at"), 25),
    "approve": Story("承認", ("report", "approve", JULY.isoformat(), "--by", "課長", "--at"), 20),
    "expunge": Story(
        "消去", ("expunge", "", "--by", "部長", "--reason", "誤り", "--at"), 6, "landing/register"
    ),
    "build": Story("構築・世代の入替え", ("build", "--at"), 8),
    "publish": Story("公表", ("report", "publish", JULY.isoformat(), "--at"), 10),
}
Tool = ModuleType  # support.killed or support.syscalls
# A command of more steps than this is killed before the first and the last of each folder's.
MANY = 120
DAGSTERS = ("dagster/history", "dagster/schedules", "dagster/dbt")


def prepared(folder: Path) -> dict[str, Home]:
    """For each story the home it begins in."""
    homes = {"load": Home(folder / "load")}
    fill_inbox(homes["load"])
    report = folder / "report.xlsx"
    report.write_bytes(balance_report(JULY, 1000))
    land(homes["load"], [report])
    homes["withdraw"] = _copy(homes["load"], folder / "withdraw")
    land(homes["withdraw"], [_corrected(folder)], RECEIVED + timedelta(hours=1))
    homes["expunge"] = _copy(homes["withdraw"], folder / "expunge")
    expunge.expunge(homes["expunge"], _newest(homes["expunge"]), "課長", "誤り", FIRST)
    return homes


def prepared_slow(homes: dict[str, Home], folder: Path) -> None:
    """Also those that need a generation: a build is told what a newer form changed."""
    built = homes["approve"] = _copy(homes["load"], folder / "approve")
    outcome = runs.run(built, stopped_at(RECEIVED))
    assert outcome.code is Exit.DONE, outcome.messages
    homes["publish"] = _copy(built, folder / "publish")
    releases.approve(homes["publish"], JULY, "課長", RECEIVED)
    homes["build"] = _copy(built, folder / "build")
    land(homes["build"], [_corrected(folder)], RECEIVED + timedelta(hours=1))


def _corrected(folder: Path) -> Path:
    path = folder / "corrected.xlsx"
    path.write_bytes(balance_report(JULY, 1234))
    return path


def _copy(home: Home, place: Path) -> Home:
    shutil.copytree(home.root, place, symlinks=True)
    return Home(place)


def arguments_of(name: str, home: Home, at: datetime) -> list[str]:
    """The command of a story as it is typed, in the home it begins in."""
    arguments = [*STORIES[name].arguments, at.isoformat()]
    if name in ONCE:
        arguments[1] = _newest(home)
    return arguments


def _newest(home: Home) -> str:
    rows = landing.table(home.landing, "submission")
    return str(max(rows, key=lambda row: row["received_at"])["submission_id"])


def give_for(home: Home, arguments: Sequence[str], seconds: float) -> bool:
    """Give the command and kill it after a while; whether it was still at work."""
    command = [sys.executable, "-m", "cli", "--home", str(home.root), *arguments]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.returncode == -signal.SIGKILL


def state(home: Home) -> dict[str, object]:
    """What must be the same in the end, whenever the kill came."""
    current = current_generation(home)
    return {
        "landing": {
            name: sorted(
                repr([value for column, value in row.items() if column not in WHEN])
                for row in landing.table(home.landing, name)
            )
            for name in landing.SCHEMAS
        },
        "archive": sorted(path.name for path in home.archive.glob("*.xlsx")),
        "returned": sorted(path.name for path in home.returned.rglob("*.xlsx")),
        "generation": current.stem.split("-")[1] if current else None,
        "public": fingerprint(home.public),
        "approved": _approved(home),
        "audit": Counter(_act(line) for line in audit.read(home) if line["action"] != "approve"),
        # Who gives the command twice has approved twice.
        "approvals": {_act(line) for line in audit.read(home) if line["action"] == "approve"},
    }


def _act(line: dict[str, Any]) -> tuple[object, ...]:
    return (line["action"], *(line.get(each) for each in ("as_of", "revision", "accepted")))


def _approved(home: Home) -> object:
    if JULY not in site.dates_in(home.drafts):
        return None
    return {
        (each.approved_by, each.binding) for each in approvals.read(home).get(JULY.isoformat(), ())
    }


@dataclass(frozen=True)
class Ends:
    """What a killed command may leave: the site of before or of after; and how all ends."""

    sites: tuple[dict[str, bytes], dict[str, bytes]]
    state: dict[str, object]


class Outcome(NamedTuple):
    """Whether the kill came before the command had ended, and everything wrong after it."""

    was_killed: bool
    wrong: list[str]


def wrong_meanwhile(home: Home, ends: Ends) -> Iterator[str]:
    """What readers and citizens must never see, looked for right after the kill."""
    if home.current.exists():
        ask(home, "select count(*) from mart_submission")
    if fingerprint(home.public) not in ends.sites:
        yield "a file of the site is neither of before nor of after"
    for day in site.dates_in(home.public):
        for revision in site.revisions(home.public, day):
            site.verify(revision)
    yield from soundness.verify(home).faults


def wrong_afterwards(home: Home, begun: Home, name: str, ends: Ends) -> Iterator[str]:
    """Give the command once more; what then is not as it should be."""
    again = arguments_of(name, begun, FIRST if name in SAME_TIME else AGAIN)
    code = mishukin(home, *again).code
    was_done_before = name in ONCE and code == Exit.USAGE
    if code != Exit.DONE and not was_done_before:
        yield f"the command ends with {code}"
    found = state(home)
    yield from (f"{part} differs" for part in ends.state if found[part] != ends.state[part])
    yield from soundness.verify(home).faults
    rebuild.land_again(home, AGAIN)
    if state(home)["landing"] != ends.state["landing"]:
        yield "the landing zone made again differs"


def reference(
    homes: dict[str, Home], name: str, folder: Path, tool: Tool = killed
) -> tuple[Ends, list[Step]]:
    """How the story ends without a kill, and the steps it takes."""
    home = _copy(homes[name], folder / f"{name}-reference")
    before = fingerprint(home.public)
    steps = tool.steps(home.root, arguments_of(name, homes[name], FIRST))
    return Ends((before, fingerprint(home.public)), state(home)), steps


def kill_at_steps(
    homes: dict[str, Home],
    name: str,
    folder: Path,
    steps: Iterable[Step],
    ends: Ends,
    tool: Tool = killed,
) -> Iterator[Outcome]:
    """What came of a kill before each of the steps."""
    for step in steps:
        with _begun_again(homes, name, folder / f"{name}-{step.kind}-{step.number}") as home:
            was_killed = tool.kill(home.root, arguments_of(name, homes[name], FIRST), step)
            yield Outcome(was_killed, _wrong(home, homes[name], name, ends, str(step)))


def kill_at_moments(
    homes: dict[str, Home], name: str, folder: Path, moments: Sequence[float], ends: Ends
) -> Iterator[Outcome]:
    """The same of kills at moments, in seconds."""
    for number, seconds in enumerate(moments):
        with _begun_again(homes, name, folder / f"{name}-moment-{number}") as home:
            was_killed = give_for(home, arguments_of(name, homes[name], FIRST), seconds)
            yield Outcome(was_killed, _wrong(home, homes[name], name, ends, f"{seconds:.2f} s"))


@contextmanager
def _begun_again(homes: dict[str, Home], name: str, place: Path) -> Iterator[Home]:
    """A copy of the home that a story begins in."""
    yield _copy(homes[name], place)
    shutil.rmtree(place)


def _wrong(home: Home, begun: Home, name: str, ends: Ends, when: str) -> list[str]:
    found = [*wrong_meanwhile(home, ends), *wrong_afterwards(home, begun, name, ends)]
    return [f"{name}, {when}: {fault}" for fault in found]


def chosen(steps: Sequence[Step]) -> list[Step]:
    """Before which steps a command is killed: a file that grows does so once, as far as seen.

    The histories and the dbt project that Dagster keeps are left to the random moments.
    """
    ours = [step for step in steps if not step.path.startswith(DAGSTERS)]
    around = zip([None, *ours], ours, [*ours[1:], None], strict=False)
    ends = [step for before, step, after in around if not _alike(before, step, after)]
    if len(ends) <= MANY:
        return ends
    folders: dict[tuple[str, str], list[Step]] = {}
    for step in ends:
        folders.setdefault((step.kind, step.path.partition("/")[0]), []).append(step)
    outer = {step for each in folders.values() for step in (each[0], each[-1])}
    return [step for step in ends if step in outer]


def _alike(*steps: Step | None) -> bool:
    return len({step and (step.kind, step.path) for step in steps}) == 1


@dataclass(frozen=True)
class Killed:
    """A story that was killed again and again."""

    title: str
    steps: int
    at_steps: list[Outcome]
    at_moments: list[Outcome]

    @property
    def kills(self) -> tuple[int, int]:
        """How often a kill came before the end: at a step, and at a moment."""
        at_steps, at_moments = (
            sum(each.was_killed for each in part) for part in (self.at_steps, self.at_moments)
        )
        return at_steps, at_moments

    @property
    def wrong(self) -> list[str]:
        """Everything wrong, also where the command had ended."""
        return [fault for each in (*self.at_steps, *self.at_moments) for fault in each.wrong]


def killed(homes: dict[str, Home], name: str, folder: Path) -> Killed:
    """Kill one story as often as it says, and tell how it went."""
    story = STORIES[name]
    chance = random.Random(name)  # noqa: S311 - the same share of its time, every time
    ends, steps = reference(homes, name, folder, syscalls)
    own = takewhile(lambda step: not (story.then and step.path.startswith(story.then)), steps)
    seconds = _seconds_of(homes, name, folder)
    moments = [chance.uniform(0.1, seconds) for _ in range(story.moments)]
    told = Killed(
        story.title,
        len(steps),
        list(kill_at_steps(homes, name, folder, chosen(list(own)), ends, syscalls)),
        list(kill_at_moments(homes, name, folder, moments, ends)),
    )
    sys.stderr.write(_row(told) + "\n" + "".join(f"{fault}\n" for fault in told.wrong))
    return told


def _seconds_of(homes: dict[str, Home], name: str, folder: Path) -> float:
    with _begun_again(homes, name, folder / f"{name}-timed") as home:
        started = perf_counter()
        give_for(home, arguments_of(name, homes[name], FIRST), seconds=600)
        return perf_counter() - started


def main() -> int:
    """Kill every command, some at once, and write docs/faults.md; 1 when anything was wrong."""
    begun = perf_counter()
    with tempfile.TemporaryDirectory() as given, ThreadPoolExecutor(os.cpu_count()) as hands:
        folder = Path(given)
        homes = prepared(folder)
        prepared_slow(homes, folder)
        # What takes longest begins first.
        tasks = {name: hands.submit(killed, homes, name, folder) for name in reversed(STORIES)}
        stories = [tasks[name].result() for name in STORIES]
    file = ROOT / "docs" / "faults.md"
    _, mark, rest = file.read_text(encoding="utf-8").partition("\n## ")
    page = _page(stories, perf_counter() - begun)
    file.write_text(page + mark + rest, encoding="utf-8")
    faults = [fault for story in stories for fault in story.wrong]
    sys.stdout.write("\n".join((*faults, f"docs/faults.md: {len(faults)}")) + "\n")
    return 1 if faults else 0


def _page(stories: Sequence[Killed], seconds: float) -> str:
    total = sum(sum(each.kills) for each in stories)
    faults = [f"- {fault}" for each in stories for fault in each.wrong]
    return (
        f"""# 障害の試験

`make kill` が書く。コマンドを、ホームを変えるシステムコール(書込み・fsync・改名・リンク・作成・
削除。主スレッドのものを strace で数える)の直前と、でたらめな瞬間に SIGKILL で止め、同じコマンドを
もう一度実行した。一つのファイルに続けて書くときは最初と最後の書込みの直前で止め、それでも手順が
{MANY}を超えるコマンドは、いちばん上のフォルダと種類ごとに、最初と最後の手順の直前で止めた。
Dagsterの履歴とdbtの作業場所、ほかのスレッドの書込みには、でたらめな瞬間だけが当たる。
そのあとの取込データ・保管・返却・公開用データ・公開サイト・承認・監査記録が、止めなかったときと
等しいこと、止めた直後にも公開サイトのすべてのファイルと公開用データが前か後のどちらかであること、
取込データを保管から作り直しても等しいことを確かめた。止める前に終わったものは停止に数えない。

| コマンド | 手順の数 | 手順の直前で停止 | でたらめに停止 | 停止前に終了 | 不一致 |
|---|---:|---:|---:|---:|---:|
{chr(10).join(map(_row, stories))}

停止は全部で{total}回、{seconds / 60:.0f}分。
{chr(10).join(faults)}
""".rstrip()
        + "\n"
    )


def _row(story: Killed) -> str:
    given = len(story.at_steps) + len(story.at_moments)
    cells = (
        story.title, story.steps, *story.kills, given - sum(story.kills), len(story.wrong)
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    sys.exit(main())
