"""Generations: the marts as readers see them, a file that appears whole or not at all.

A generation is a read-only file `<time in Japan>-<content hash>.duckdb`, dated with that time. One
that was touched is not used. Whoever writes to it changes its date, or leaves a log (`.wal`) beside
it: those who only read look no further than that (`used`). Those who tell its figures on, or put
another in its place, hold the content against the name (`compared`, `publish`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import duckdb

from exports.press.files import point, settle, sync
from services.city import KEPT
from services.exits import Exit, Stop
from services.home import Home
from services.records import audit, truth
from services.troubles import CLOSE_IT, explained, held_open
from services.warehouse.copying import Content, content_of, copy
from terms.years import TOKYO

TIME = "%Y%m%dT%H%M%S"
NANOSECONDS = 10**9


class Told(NamedTuple):
    """What the name of a generation tells: when it was made (nanoseconds), and its content hash."""

    made: int
    hash: str


class Stamp(NamedTuple):
    """What the system keeps of a file: nobody writes to it and leaves all of this as it was."""

    inode: int
    size: int
    changed: int
    changed_at_all: int


@dataclass(frozen=True, slots=True)
class Generation:
    """A published copy of the marts. `is_new` is false where nothing had changed.

    `mended` is what was wrong with the one that it replaces; empty where nothing was.
    """

    path: Path
    content: Content
    is_new: bool
    mended: str = ""

    @property
    def name(self) -> str:
        """`<time in Japan>-<content hash>`."""
        return self.path.stem


class NoGenerationError(Stop):
    """Nothing was built yet."""

    def __init__(self) -> None:
        super().__init__("公開用データがまだありません。先に mishukin run を実行してください。")


class UnusableError(Stop):
    """The current generation was touched, or cannot be read. `because` says how."""

    def __init__(self, because: str, what_to_do: str, code: Exit) -> None:
        super().__init__(because + what_to_do, code)
        self.because = because


def publish(home: Home, at: datetime, *, keep: int = KEPT) -> Generation:
    """Copy the marts of the warehouse to a generation and make it the current one.

    The current one stays where it holds the same and nobody touched it. `keep` generations stay;
    a reader that has an older one open keeps its file until it closes it.
    """
    # One name for all: what a full disk or a kill left there goes before the next is written.
    aside = home.marts / ".new.tmp"
    _drop(aside)
    copy(home.warehouse, aside)
    return put_in_place(home, aside, at, keep=keep)


def put_in_place(home: Home, aside: Path, at: datetime, *, keep: int = KEPT) -> Generation:
    """Make a file that nobody writes any more the current generation, as `publish` does."""
    content = content_of(aside)
    before = current_generation(home)
    mended = _fault_of(before) if before else ""
    if path := _of_content(content.hash, before, _noted(home)):
        is_new = path != before
        _drop(aside)
    else:
        is_new = True
        path = home.marts / f"{at.astimezone(TOKYO):{TIME}}-{content.hash}.duckdb"
        sync(aside)
        _log_of(path).unlink(missing_ok=True)
        aside.replace(path)
    _settle(path)
    sync(path.parent)
    truth.record(home, at, [path])
    if is_new:
        point(home.current, path.name)
    _drop_older(home, keep)
    return Generation(path, content, is_new, mended=mended)


def _of_content(content_hash: str, *paths: Path | None) -> Path | None:
    """The first of some generations that holds this and is sound."""
    return next(
        (
            each
            for each in paths
            if each and each.stem.endswith(f"-{content_hash}") and not _fault_of(each)
        ),
        None,
    )


def _noted(home: Home) -> Path | None:
    """The generation of which the chain told last: where a kill came then, nobody uses it yet."""
    names = [name for name in truth.noted(audit.read(home)) if name.startswith(truth.MARTS)]
    return home.root / names[0] if names else None


def current_generation(home: Home) -> Path | None:
    """The file that counts, whether it is there or not; None before the first build."""
    is_told = home.current.is_symlink() or home.current.exists()
    return home.current.resolve() if is_told else None


def used(home: Home) -> Path:
    """The current generation, for those who only read.

    Raises NoGenerationError, and UnusableError for one that was visibly touched.
    """
    return _current(home, is_trusted=_is_as_made)


def compared(home: Home) -> Path:
    """The current generation, whose content is what its name says, and its name what was noted.

    Raises NoGenerationError, UnusableError.
    """
    path = _current(home, is_trusted=lambda _: False)
    noted = _noted(home)
    if noted and noted.name != path.name:
        how = "監査記録の最後の公開用データではない(構築が途中で止まったか、置き換えられている)"
        raise _touched(path, how)
    return path


def refuse_unreadable(path: Path, error: duckdb.Error) -> None:
    """Raise UnusableError for a generation that cannot be opened, where the machine can read it."""
    if because := held_open(str(error)):
        raise UnusableError(because, CLOSE_IT, Exit.UNEXPECTED) from error
    if not explained(str(error)):
        raise _touched(path, f"壊れていて読めない({_first_line(error)})") from error


def _current(home: Home, is_trusted: Callable[[Path], bool]) -> Path:
    """The current generation, trusted or compared; the next one where it went meanwhile."""
    while path := current_generation(home):
        try:
            if not is_trusted(path):
                _compare(path, _stamp(path), _stamp(_log_of(path)))
        except UnusableError:
            if path == current_generation(home):
                raise
        else:
            return path
    raise NoGenerationError


def _is_as_made(path: Path) -> bool:
    told, stamp = _told(path), _stamp(path)
    is_dated = told is not None and stamp is not None and stamp.changed == told.made
    return is_dated and not _log_of(path).exists()


@lru_cache(maxsize=KEPT)
def _compare(path: Path, stamp: Stamp | None, _: Stamp | None) -> None:
    """Raise UnusableError where the content is not what the name says.

    Once for each state of the file and its log: a command asks before each of its drafts.
    """
    if stamp is None:
        raise _touched(path, "なくなっている(移されたか、消されている)")
    told = _told(path)
    if told is None:
        raise _touched(path, "別のファイルに置き換えられている(名前に作成日時とハッシュ値がない)")
    try:
        found = content_of(path)
    except duckdb.Error as error:
        refuse_unreadable(path, error)
        raise
    if found.hash != told.hash:
        raise _touched(
            path, "作られた後に中身が書き換えられている(またはこのプログラムの別の版で作られた)"
        )


def _fault_of(path: Path) -> str:
    try:
        _compare(path, _stamp(path), _stamp(_log_of(path)))
    except UnusableError as error:
        return error.because
    except duckdb.Error as error:
        return f"公開用データ marts/{path.name} は読めない({_first_line(error)})"
    return ""


def _touched(path: Path, how: str) -> UnusableError:
    return UnusableError(
        f"公開用データ marts/{path.name} は{how}",
        "ため、使いません。mishukin build を実行して作り直してから、もう一度実行してください。",
        Exit.CHECK_FAILED,
    )


def _stamp(path: Path) -> Stamp | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return Stamp(stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def _told(path: Path) -> Told | None:
    """What the name of a generation tells; None for another file."""
    time, _, content_hash = path.stem.partition("-")
    try:
        made = datetime.strptime(time, TIME).replace(tzinfo=TOKYO)
    except ValueError:
        return None
    return Told(int(made.timestamp()) * NANOSECONDS, content_hash)


def _settle(path: Path) -> None:
    if told := _told(path):
        settle(path, told.made)


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]


def _log_of(path: Path) -> Path:
    """Where DuckDB keeps what was changed and is not in the file yet."""
    return path.with_name(f"{path.name}.wal")


def _drop(path: Path) -> None:
    for each in (path, _log_of(path)):
        each.unlink(missing_ok=True)


def _drop_older(home: Home, keep: int) -> None:
    current = current_generation(home)
    generations = sorted(p for p in home.marts.glob("*.duckdb") if not p.is_symlink())
    for path in {*generations[:-keep], *truth.outdated(home, generations)}:
        if path != current:
            _drop(path)
