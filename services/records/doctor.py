"""`mishukin doctor`: is this home, and what it runs on, in order? Reads only.

Each check is one function from the home and the present time to what it found. A fault needs
somebody today; a warning needs somebody to know.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from importlib.metadata import PackageNotFoundError, distributions, requires, version
from pathlib import Path

from exports import extracts
from exports.disclosure import given_away
from exports.release import drafting, publishing, site
from services import quiet, releases, waiting
from services.calendar import Calendar
from services.city import CitySettings
from services.clock import day_in_japan
from services.desks.reminders import Post
from services.desks.window import WindowSettings
from services.exits import REFUSALS
from services.generation import (
    NoGenerationError,
    UnusableError,
    compared,
    current_generation,
)
from services.home import FOLDERS, Home
from services.intake.register import register_of
from services.intake.waivers import ErrorWaivers, ReportWaivers
from services.locks import holder
from services.query import connect
from services.records import (
    audit,
    expunge,
    housekeeping,
    retention,
    soundness,
    tombstones,
    truth,
)
from terms.years import fiscal_year_of

HOUSE = Path(__file__).resolve().parents[2]
LOCK = HOUSE / "requirements.lock"
FONTS = ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf")
PYTHONS = ((3, 11), (3, 12), (3, 13))
GIGABYTE = 2**30
MEGABYTE = 2**20
LARGEST = 3
# A build needs the warehouse, a generation and the extracts once more beside what is there.
ROOM_FOR_BUILDS = 5
DAYS_WITHOUT_LOADS = 120
# Of many faults of one kind so many are told one by one.
TOLD = 20


class State(Enum):
    """How a check came out; the value is what the staff see."""

    GOOD = "○"
    WARNING = "△"
    FAULT = "×"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it stands, and what to know or do."""

    name: str
    state: State
    message: str


Found = tuple[State, str]


def examine(home: Home, at: datetime, *, deep: bool = False) -> list[Finding]:
    """Every check, in the order in which they are told; `deep` reads every byte of the truth."""
    checks = CHECKS | ({"保管と取込": _truth_deep} if deep else {})
    return [Finding(name, *_found(check, home, at)) for name, check in checks.items()]


def _found(check: Callable[[Home, datetime], Found], home: Home, at: datetime) -> Found:
    """A check that cannot be made is a fault, told in the words of what stopped it."""
    try:
        return check(home, at)
    except (*REFUSALS, OSError, ValueError, KeyError) as problem:
        return State.FAULT, f"確かめられません: {problem}"


def _python(_: Home, __: datetime) -> Found:
    running = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] not in PYTHONS:
        return State.FAULT, f"Python {running} で動いています。3.11 から 3.13 が必要です。"
    return State.GOOD, f"Python {running}、mishukin {version('mishukin')}"


def _packages(_: Home, __: datetime) -> Found:
    """Against requirements.lock where it lies beside the code, else against the package's own."""
    locked = dict(_locked())
    installed = {_normal(each.metadata["Name"]): each.version for each in distributions()}
    missing = sorted(_needed() - installed.keys())
    other = sorted(
        f"{name} {installed[name]}(固定は{fixed})"
        for name, fixed in locked.items()
        if installed.get(name, fixed) != fixed
    )
    if missing or other:
        wrong = "、".join([*(f"{name}がない" for name in missing), *other][:5])
        return State.FAULT, f"導入された版が違います: {wrong}。入れ直してください。"
    return State.GOOD, f"{len(locked)}個のパッケージが固定した版のとおりです。"


def _locked() -> Iterator[tuple[str, str]]:
    lines = LOCK.read_text(encoding="utf-8").splitlines() if LOCK.exists() else _own_requirements()
    for line in lines:
        if found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", line):
            yield _normal(found[1]), found[2]


def _needed() -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in _own_requirements())
    return {_normal(name[0]) for name in names if name}


def _own_requirements() -> list[str]:
    try:
        return [line for line in requires("mishukin") or [] if "extra ==" not in line]
    except PackageNotFoundError:
        return []


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _telemetry(home: Home, _: datetime) -> Found:
    loud = [name for name, value in quiet.SILENCE.items() if os.environ.get(name) != value]
    config = home.dagster / "dagster.yaml"
    if config.exists() and "telemetry:\n  enabled: false" not in config.read_text(encoding="utf-8"):
        loud.append("dagster.yaml")
    if loud:
        return State.FAULT, f"外部への送信が止められていません: {'、'.join(loud)}"
    return State.GOOD, "どの部品も外部へ何も送りません。"


def _fonts(_: Home, __: datetime) -> Found:
    folder = HOUSE / "exports" / "press" / "fonts"
    missing = [name for name in FONTS if not (folder / name).is_file()]
    if missing:
        return State.FAULT, f"書体がありません: {'、'.join(missing)}。入れ直してください。"
    return State.GOOD, "BIZ UDPゴシック(同梱)"


def _folders(home: Home, _: datetime) -> Found:
    if not home.root.is_dir():
        return State.FAULT, f"ホームフォルダがありません: {home.root}"
    shut = [
        name
        for name in FOLDERS
        if (home.root / name).exists() and not os.access(home.root / name, os.W_OK | os.X_OK)
    ]
    if shut or not os.access(home.root, os.W_OK | os.X_OK):
        return State.FAULT, f"書き込めません: {'、'.join(shut) or home.root}"
    return State.GOOD, str(home.root)


def _disk(home: Home, _: datetime) -> Found:
    free = shutil.disk_usage(home.root).free
    built = home.warehouse.stat().st_size if home.warehouse.exists() else 0
    said = f"空き {free / GIGABYTE:,.1f} GiB"
    if free < max(GIGABYTE // 4, ROOM_FOR_BUILDS * built):
        return State.FAULT, f"{said}。倉庫を作り直すには足りません。空きを増やしてください。"
    if free < 4 * GIGABYTE:
        return State.WARNING, f"{said}。少なくなっています。"
    return State.GOOD, said


def _sizes(home: Home, at: datetime) -> Found:
    sizes = housekeeping.sizes(home, at)
    if not sizes:
        return State.GOOD, "まだ何もありません。"
    largest = "、".join(f"{each.folder} {_shown(each.bytes)}" for each in sizes[:LARGEST])
    every, new = sum(each.bytes for each in sizes), sum(each.new for each in sizes)
    return State.GOOD, (
        f"全部で {_shown(every)}({largest} など)。この1年の書込みが {_shown(new)}、"
        f"受付が{housekeeping.loads_of_the_year(home, at)}回です。"
    )


def _shown(size: int) -> str:
    return f"{size / MEGABYTE:,.1f} MiB"


def _writer(home: Home, _: datetime) -> Found:
    writers = {process for lock in home.locks if (process := holder(lock))}
    if not writers:
        return State.GOOD, "書き込んでいる処理はありません。"
    return State.WARNING, f"プロセス{'、'.join(map(str, sorted(writers)))}が書き込み中です。"


def _loads(home: Home, at: datetime) -> Found:
    loads = [line for line in audit.read(home) if line.get("action") == "load"]
    if not loads:
        return State.WARNING, "まだ何も受け付けていません。"
    last = max(loads, key=lambda line: datetime.fromisoformat(line["at"]))
    when = datetime.fromisoformat(last["at"])
    said = (
        f"最後の受付は{when:%Y-%m-%d %H:%M}(受理{last['accepted']}、返却{last['rejected']})、"
        f"全部で{len(loads)}回"
    )
    if when > at:
        return State.WARNING, f"{said}。受付の日時が今より後です。時計を確かめてください。"
    return (State.WARNING if (at - when).days > DAYS_WITHOUT_LOADS else State.GOOD), said


def _generation(home: Home, _: datetime) -> Found:
    try:
        current = compared(home)
    except NoGenerationError:
        return State.WARNING, "まだありません。mishukin build で作られます。"
    except UnusableError as error:
        return State.FAULT, str(error)
    with connect(home) as connection:
        waits = waiting.line(home, connection)
    return (State.WARNING, f"{current.stem}。{waits}") if waits else (State.GOOD, current.stem)


def _extracts(home: Home, _: datetime) -> Found:
    current = current_generation(home)
    if current is None or not (current.exists() and (home.extracts / current.stem).exists()):
        return State.GOOD, "まだありません。"
    touched = [file.relative_to(home.root) for file in extracts.touched(current, home.extracts)]
    if touched:
        others = f"(ほか{len(touched) - 1}件)" if touched[1:] else ""
        return (
            State.FAULT,
            f"{touched[0]} が書き換えられています{others}。mishukin build で元に戻ります。",
        )
    return State.GOOD, "書き出したときのままです。"


def _settings(home: Home, at: datetime) -> Found:
    today = day_in_japan(at)
    for each in (CitySettings, ReportWaivers, Post, WindowSettings):
        each.of(home)
    register = register_of(home)
    expired = [each for each in ErrorWaivers.of(home).root if each.until < today]
    if expired:
        return State.WARNING, f"config/waivers.yml に期限の切れた承認が{len(expired)}件あります。"
    if register is None:
        return State.WARNING, "債権の台帳(config/claims.csv)がありません。"
    return State.GOOD, f"債権の台帳 {len(register.entries)}行"


def _calendar(home: Home, at: datetime) -> Found:
    calendar = Calendar.of(home)
    today = day_in_japan(at)
    year = fiscal_year_of(today)
    steps = [*calendar.year(year), *calendar.year(year + 1)]
    coming = next(entry for entry in steps if entry.on >= today)
    return State.GOOD, f"次の予定は{coming.on:%Y-%m-%d} {coming.step.title}"


def _approvals(home: Home, _: datetime) -> Found:
    """Drafts of days before the newest publication are history, and wait for nobody."""
    every = releases.every(home)
    newest = max((one.as_of for one in every if one.revisions), default=date.min)
    waits = (publishing.State.PARTLY, publishing.State.APPROVED, publishing.State.VOID)
    waiting: dict[str, list[str]] = {}
    for one in every:
        is_new = one.state is publishing.State.DRAFTED and one.as_of > newest
        if is_new or one.state in waits:
            waiting.setdefault(one.state.value, []).append(one.as_of.isoformat())
    if not waiting:
        return State.GOOD, "承認や公表を待つ下書きはありません。"
    said = "、".join(f"{state} {'・'.join(days)}" for state, days in waiting.items())
    return State.WARNING, said


def _truth(home: Home, _: datetime, *, deep: bool = False) -> Found:
    """Every file against its hash; not `deep`, one whose size and times changed, or a new one."""
    wrong = list(map(str, truth.faults(home, *truth.PARTS, deep=deep)))
    if wrong:
        others = "".join(f"\n  {each}" for each in wrong[1:TOLD])
        return State.FAULT, f"{wrong[0]}{others}" + (f"(全{len(wrong)}件)" if wrong[TOLD:] else "")
    count = len(truth.present(home, *truth.PARTS))
    how = "中身が" if deep else "大きさと日時(新しいものは中身)が"
    return State.GOOD, f"{count}ファイルの{how}監査記録のとおりです。"


def _truth_deep(home: Home, at: datetime) -> Found:
    return _truth(home, at, deep=True)


def _deletions(home: Home, at: datetime) -> Found:
    """What was to be expunged and is there, what waits for another person, and what is due."""
    if left := tombstones.unfinished(home):
        others = f"(ほか{len(left) - 1}件)" if left[1:] else ""
        return State.FAULT, (
            f"消去が終わっていません。{left[0]}{others} が残っています。mishukin build で消えます。"
        )
    told = []
    if asked := expunge.pending(home, at):
        told.append(f"消去の求め{len(asked)}件が、別の人の実行を待っています。")
    if due := retention.due(home, at):
        told.append(f"保存期間の過ぎた記録が{len(due)}件あります(mishukin retention)。")
    return (State.WARNING, "".join(told)) if told else (State.GOOD, "待つものはありません。")


def _website(home: Home, _: datetime) -> Found:
    count = 0
    for day in site.dates_in(home.public):
        for revision in site.revisions(home.public, day):
            site.verify(revision)
            count += 1
    return State.GOOD, f"公表した{count}版は、公表したときのままです。"


def _disclosure(home: Home, _: datetime) -> Found:
    """What is out cannot be taken back; the city must know what readers can compute."""
    given = given_away(drafting.published(releases.places(home)))
    if given:
        listed = "、".join(given[:TOLD])
        others = f"ほか{len(given) - TOLD}件" if given[TOLD:] else ""
        return (
            State.WARNING,
            f"秘匿した数値のうち{len(given)}件は、公表した数値から計算できます: {listed}{others}",
        )
    return State.GOOD, "秘匿した数値は、公表した数値のどれからも計算できません。"


def _audit(home: Home, _: datetime) -> Found:
    verdict = soundness.verify(home)
    if verdict.faults:
        return State.FAULT, f"{verdict.faults[0]}(全{len(verdict.faults)}件 mishukin audit verify)"
    if verdict.notes:
        return State.WARNING, verdict.notes[-1]
    return State.GOOD, f"{verdict.lines}行、途切れも書き換えもありません。"


CHECKS: dict[str, Callable[[Home, datetime], Found]] = {
    "Python": _python,
    "パッケージ": _packages,
    "外部送信": _telemetry,
    "書体": _fonts,
    "フォルダ": _folders,
    "ディスク": _disk,
    "大きさ": _sizes,
    "書込み中": _writer,
    "受付": _loads,
    "保管と取込": _truth,
    "公開用データ": _generation,
    "書き出したファイル": _extracts,
    "設定": _settings,
    "年間予定": _calendar,
    "承認": _approvals,
    "公開サイト": _website,
    "秘匿": _disclosure,
    "監査記録": _audit,
    "保存と消去": _deletions,
}
