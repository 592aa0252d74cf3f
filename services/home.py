"""The home folder: where everything that is not code lives, and who may write there."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.locks import holder, is_held_here, locked

DEFAULT_ROOT = Path("var")


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
    window = Folder("People and sessions of the window, and what is handed in there just now.")
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
    def receiving(self) -> Iterator[None]:
        """Be the one that adds to landing zone, archive and returned copies.

        A build goes on meanwhile: it works on what had landed when it began.
        """
        with locked(self._lock("landing")):
            yield

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Be the one that writes what is made from the landing zone: warehouse, marts, releases.

        Raises RuntimeError for a thread that has only `receiving`: two would wait for ever.
        """
        writers, receivers = self._lock("writer"), self._lock("landing")
        if is_held_here(receivers) and not is_held_here(writers):
            raise RuntimeError("writer() comes before receiving()")
        with locked(writers):
            yield

    @property
    def other_writer(self) -> int | None:
        """The number of another process that is the writer just now, as far as the kernel tells."""
        process = holder(self._lock("writer"))
        return None if process == os.getpid() else process

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one that writes anything."""
        with self.writer(), self.receiving():
            yield

    @property
    def locks(self) -> tuple[Path, ...]:
        """The files that are locked, where they are there."""
        return tuple(sorted(self.dagster.glob("*.lock")))

    def _lock(self, name: str) -> Path:
        return self.create().dagster / f"{name}.lock"


FOLDERS = tuple(name for name, each in vars(Home).items() if isinstance(each, Folder))
