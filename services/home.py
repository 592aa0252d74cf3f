"""The home folder: where everything that is not code lives, and who may write there."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.exits import Exit, Stop

DEFAULT_ROOT = Path("var")

# Roots this process already holds the lock of, with how many times: an asset that runs inside
# a command takes the lock the command already has.
_held: dict[Path, int] = {}


class HomeBusyError(Stop):
    """Another process is writing to this home folder."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            f"ほかの処理がホームフォルダ「{root}」に書き込んでいます。"
            "終わるのを待ってから、もう一度実行してください。",
            Exit.UNEXPECTED,
        )


class Folder:
    """A folder of a home, named as its attribute, and what lies there."""

    def __init__(self, holds: str) -> None:
        self.__doc__ = holds

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, home: "Home", _: type) -> Path:
        return home.root / self._name


@dataclass(frozen=True, slots=True)
class Home:
    """One home folder. The names below it are part of the contract; none comes from a file."""

    root: Path

    @classmethod
    def at(cls, option: Path | None, environ: Mapping[str, str] = os.environ) -> "Home":
        """The home of `--home`, else of MISHUKIN_HOME, else ./var; not yet created."""
        return cls((option or Path(environ.get("MISHUKIN_HOME") or DEFAULT_ROOT)).resolve())

    def create(self) -> "Home":
        """Make the folders that are missing, for the home's own user only."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (self.root / name).mkdir(mode=0o700, exist_ok=True)
        return self

    inbox = Folder("Workbooks as they arrive: inbox/<municipality_code>/…")
    archive = Folder("The untouched workbooks, by SHA-256.")
    landing = Folder("The append-only Parquet batches.")
    returned = Folder("Annotated copies on their way back to the departments.")
    marts = Folder("The published generations.")
    extracts = Folder(
        "The published generations as files; those that count are `extracts/current`."
    )
    drafts = Folder("Balance reports that wait for approval.")
    releases = Folder("What each published revision was rendered from; never public.")
    public = Folder("The website.")
    internal = Folder("Pages and files for the city's own staff; nothing of it is ever public.")
    outbox = Folder("Mails to the departments, each a file, whether a server took it or not.")
    stamps = Folder("Time stamps of the audit log, where an authority gives them.")
    config = Folder("What the city sets: publisher, units, thresholds.")
    dagster = Folder("DAGSTER_HOME: run history, and the caches of dbt.")

    @property
    def warehouse(self) -> Path:
        """The DuckDB file dbt builds; one writer, never published."""
        return self.root / "warehouse.duckdb"

    @property
    def current(self) -> Path:
        """The link to the generation that counts."""
        return self.marts / "current.duckdb"

    @property
    def audit(self) -> Path:
        """Who approved and published what, one JSON object a line."""
        return self.root / "audit.jsonl"

    @contextmanager
    def writer(self, *, wait: bool = False) -> Iterator[None]:
        """Be the one writer of this home; raise HomeBusyError, or wait, while another one is.

        The lock belongs to the process, so that a command and the assets it runs share it.
        """
        if _held.get(self.root):
            _held[self.root] += 1
            try:
                yield
            finally:
                _held[self.root] -= 1
            return
        self.create()
        with (self.dagster / "writer.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise HomeBusyError(self.root) from None
            _held[self.root] = 1
            try:
                yield
            finally:
                del _held[self.root]


FOLDERS = tuple(name for name, each in vars(Home).items() if isinstance(each, Folder))
