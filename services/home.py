"""The home folder: where everything that is not code lives, and who may write there."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.exits import Exit, Stop

FOLDERS = (
    "inbox",
    "archive",
    "landing",
    "returned",
    "marts",
    "extracts",
    "drafts",
    "releases",
    "public",
    "internal",
    "outbox",
    "config",
    "dagster",
)
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


@dataclass(frozen=True, slots=True)
class Home:
    """One home folder. The names below it are part of the contract; none comes from a file."""

    root: Path

    @classmethod
    def at(cls, option: Path | None, environ: Mapping[str, str] = os.environ) -> "Home":
        """The home of `--home`, else of MISHUKIN_HOME, else ./var; not yet created."""
        return cls((option or Path(environ.get("MISHUKIN_HOME") or DEFAULT_ROOT)).resolve())

    def create(self) -> "Home":
        """Make the folders that are missing."""
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        return self

    @property
    def inbox(self) -> Path:
        """Workbooks as they arrive: inbox/<municipality_code>/…"""
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        """The untouched workbooks, by SHA-256."""
        return self.root / "archive"

    @property
    def landing(self) -> Path:
        """The append-only Parquet batches."""
        return self.root / "landing"

    @property
    def returned(self) -> Path:
        """Annotated copies on their way back to the departments."""
        return self.root / "returned"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file dbt builds; one writer, never published."""
        return self.root / "warehouse.duckdb"

    @property
    def marts(self) -> Path:
        """The published generations."""
        return self.root / "marts"

    @property
    def current(self) -> Path:
        """The link to the generation that counts."""
        return self.marts / "current.duckdb"

    @property
    def extracts(self) -> Path:
        """The published generations as files; `extracts/current` are those that count."""
        return self.root / "extracts"

    @property
    def drafts(self) -> Path:
        """Balance reports that wait for approval."""
        return self.root / "drafts"

    @property
    def releases(self) -> Path:
        """What each published revision was rendered from; never public."""
        return self.root / "releases"

    @property
    def public(self) -> Path:
        """The website."""
        return self.root / "public"

    @property
    def internal(self) -> Path:
        """Pages and files for the city's own staff; nothing of it is ever public."""
        return self.root / "internal"

    @property
    def outbox(self) -> Path:
        """Mails to the departments, each a file, whether a server took it or not."""
        return self.root / "outbox"

    @property
    def audit(self) -> Path:
        """Who approved and published what, one JSON object a line."""
        return self.root / "audit.jsonl"

    @property
    def config(self) -> Path:
        """What the city sets: publisher, units, thresholds."""
        return self.root / "config"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: run history, and the caches of dbt."""
        return self.root / "dagster"

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
