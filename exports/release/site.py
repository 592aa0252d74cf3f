"""The public folder: revisions that never change, and one site, old or new, at every moment.

``<as_of>/r<N>/`` is written once; the pages that lead to it are made by ``site_pages``.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from exports.errors import DraftChanged, NotExchanged, RevisionDamaged
from exports.press import files
from exports.report.about import ABOUT, About, read_about
from exports.report.model import Correction
from exports.report.page import PAGE

_RECORD = "release.json"
_BESIDES = frozenset({_RECORD})
_STAGING = ".staging"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_REVISION = re.compile(r"r([1-9]\d*)")


@dataclass(frozen=True)
class Revision:
    """A published revision; ``content_hash`` is the SHA-256 of its SHA256SUMS.

    ``approved`` is that of the draft, which does not name the approval yet.
    """

    as_of: date
    number: int
    content_hash: str
    published_at: datetime
    folder: Path
    about: About
    approved: str = ""

    def is_of(self, content_hash: str) -> bool:
        """Whether it is what a draft says, as it was approved or copied from it since."""
        return content_hash in (self.approved, self.content_hash)

    @property
    def issued(self) -> date:
        """The day of publication that is printed."""
        return self.about.issued

    @property
    def correction(self) -> Correction | None:
        """What it says otherwise than the revision before, if anything."""
        return self.about.correction

    @property
    def path(self) -> str:
        """Its page, relative to the site."""
        return f"{self.as_of.isoformat()}/r{self.number}/{PAGE}"


@contextmanager
def replaced(public: Path) -> Iterator[Path]:
    """The whole site aside, to be changed: without an error it takes the site's place in one step.

    What does not change is the same file under two names, so that this costs little.
    Raises NotExchanged where the disk cannot do so.
    """
    public.mkdir(parents=True, exist_ok=True)
    place = public.resolve()  # it may be a link to the disk of a web server
    staged = place.with_name(f".{place.name}.new")
    if staged.exists():  # a kill left it there
        shutil.rmtree(staged)
    try:
        shutil.copytree(place, staged, symlinks=True, copy_function=os.link)
        yield staged
        files.sync_tree(staged)
        try:
            files.exchange(staged, place)
        except OSError as error:
            raise NotExchanged(place, error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def dates_in(folder: Path) -> list[date]:
    """The days that have a folder here, oldest first."""
    if not folder.is_dir():
        return []
    names = (entry.name for entry in folder.iterdir() if entry.is_dir())
    return sorted(date.fromisoformat(name) for name in names if _DAY.fullmatch(name))


def revisions(public: Path, as_of: date) -> list[Revision]:
    """The published revisions of a day, oldest first."""
    day = public / as_of.isoformat()
    if not day.is_dir():
        return []
    numbers = [
        int(found[1]) for entry in day.iterdir() if (found := _REVISION.fullmatch(entry.name))
    ]
    return [_read_revision(as_of, number, day / f"r{number}") for number in sorted(numbers)]


def newest(public: Path, as_of: date) -> Revision | None:
    """The newest revision of a day, if any."""
    found = revisions(public, as_of)
    return found[-1] if found else None


def content(revision: Revision) -> dict[str, bytes]:
    """The files of a revision that its hash speaks of, by name."""
    return {
        path.name: path.read_bytes()
        for path in sorted(revision.folder.iterdir())
        if path.name not in _BESIDES
    }


def revision(public: Path, as_of: date, number: int) -> Revision | None:
    """A revision by its number, if it lies there."""
    folder = public / as_of.isoformat() / f"r{number}"
    return _read_revision(as_of, number, folder) if folder.is_dir() else None


def add_revision(
    public: Path, as_of: date, content: dict[str, bytes], approved: str, at: datetime
) -> Revision:
    """Stage the files as the next revision, verify what was staged, and rename it into place.

    Raises DraftChanged when the staged files are not what was given.
    """
    content_hash = files.sha256(content[files.SUMS])
    number = max((found.number for found in revisions(public, as_of)), default=0) + 1
    record = {
        "as_of": as_of.isoformat(),
        "revision": number,
        "content_hash": content_hash,
        "approved": approved,
        "published_at": at.isoformat(),
    }
    staged = public / _STAGING
    files.stage_folder(staged, {**content, _RECORD: files.as_json(record)})
    changed = files.first_difference(staged, content_hash, _BESIDES)
    if changed is not None:
        raise DraftChanged(as_of, changed)
    place = public / as_of.isoformat() / f"r{number}"
    place.parent.mkdir(exist_ok=True)
    files.move_folder(staged, place)
    return _read_revision(as_of, number, place)


def verify(revision: Revision) -> None:
    """Raise RevisionDamaged unless the revision is as it was published."""
    changed = files.first_difference(revision.folder, revision.content_hash, _BESIDES)
    if changed is not None:
        raise RevisionDamaged(revision.as_of, revision.number, changed)


def _read_revision(as_of: date, number: int, folder: Path) -> Revision:
    record = json.loads((folder / _RECORD).read_bytes())
    return Revision(
        as_of=as_of,
        number=number,
        content_hash=record["content_hash"],
        published_at=datetime.fromisoformat(record["published_at"]),
        folder=folder,
        about=read_about((folder / ABOUT).read_bytes()),
        # Revisions of before hold what was approved to the byte.
        approved=record.get("approved", record["content_hash"]),
    )
