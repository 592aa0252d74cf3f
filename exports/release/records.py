"""The drafts folder: a draft, its approvals, and how one draft takes another's place."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from exports.errors import DraftChanged, NothingToPublish
from exports.press import files
from exports.release.kept import read_report_json
from exports.report.model import Report

DRAFT = "draft.json"
MODEL = "model.json"
APPROVALS = "approvals.json"
# in a draft's folder, but no part of what is hashed, approved and published
BESIDES = frozenset({DRAFT, MODEL, APPROVALS})


@dataclass(frozen=True)
class Places:
    """Where drafts lie, the website, and what each revision was rendered from."""

    drafts: Path
    public: Path
    releases: Path


@dataclass(frozen=True)
class Draft:
    """A draft as written: what it was made from, and the hash that approvals are bound to.

    ``unreported`` has a line for each claim that nothing was reported of and nobody let pass.
    ``changed`` counts the figures that the marts tell otherwise than the newest revision, where
    the draft is that revision. ``reckoned_with`` names the publications that its suppression
    knows of. ``reason`` and ``asked_by`` are those of the correction it was asked for as.
    ``notable`` has a line for each change that whoever approves must have seen.
    """

    as_of: date
    municipality_code: str
    generation: str
    revision: int
    issued: date
    content_hash: str
    folder: Path
    unreported: tuple[str, ...] = ()
    changed: int = 0
    reckoned_with: tuple[str, ...] = ()
    reason: str = ""
    asked_by: str = ""
    notable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Approval:
    """Who approved which content, and when (Asia/Tokyo); void once other content was drafted.

    ``seen``: the notable changes of the draft that were seen.
    """

    content_hash: str
    approved_by: str
    approved_at: datetime
    void: bool = False
    seen: tuple[str, ...] = ()


_DRAFT = TypeAdapter(Draft)
_APPROVALS = TypeAdapter(tuple[Approval, ...])


def mark_of(notable: Sequence[str]) -> str:
    """What whoever approves says to have seen these changes and no others: 2-3f9a. "" for none."""
    told = "\n".join(notable).encode()
    return f"{len(notable)}-{hashlib.sha256(told).hexdigest()[:4]}" if notable else ""


def read_draft(drafts: Path, as_of: date) -> Draft:
    """The draft of a day; raises NothingToPublish, and DraftChanged when it cannot be read."""
    folder = draft_folder(drafts, as_of)
    if not (folder / DRAFT).is_file():
        raise NothingToPublish(as_of)
    try:
        record = json.loads((folder / DRAFT).read_bytes())
        return _DRAFT.validate_python({**record, "as_of": as_of, "folder": folder})
    except ValueError as unreadable:
        raise DraftChanged(as_of, DRAFT) from unreadable


def read_model(made: Draft) -> Report:
    """The report a draft was rendered from. Raises DraftChanged when it cannot be read."""
    try:
        return read_report_json(made.folder / MODEL)
    except (ValueError, FileNotFoundError) as unreadable:
        raise DraftChanged(made.as_of, MODEL) from unreadable


def changed_file(made: Draft) -> str | None:
    """The first file that is no longer as it was drafted; None when all are."""
    return files.first_difference(made.folder, made.content_hash, BESIDES)


def draft_folder(drafts: Path, as_of: date) -> Path:
    """The draft's folder; a draft set aside by an interrupted exchange is put back first."""
    folder = drafts / as_of.isoformat()
    aside = _aside(folder)
    if aside.exists() and not folder.exists():
        files.move_folder(aside, folder)
    return folder


def put_in_place(staged: Path, folder: Path) -> None:
    """Let a staged draft take the place of the draft in ``folder``."""
    aside = _aside(folder)
    if aside.exists():
        shutil.rmtree(aside)
    if folder.exists():
        files.move_folder(folder, aside)
    files.move_folder(staged, folder)
    if aside.exists():
        shutil.rmtree(aside)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def draft_json(made: Draft) -> bytes:
    """``draft.json``: what the draft is, wherever it lies."""
    record = asdict(made)
    del record["folder"]
    return files.as_json(record)


def approvals_json(approvals: Sequence[Approval]) -> bytes:
    """``approvals.json``."""
    return files.as_json({"approvals": [asdict(approval) for approval in approvals]})


def read_approvals(folder: Path) -> tuple[Approval, ...]:
    """The approvals that lie with a draft, void or not; none where they cannot be read."""
    try:
        record = json.loads((folder / APPROVALS).read_bytes())
        return _APPROVALS.validate_python(record["approvals"])
    except (ValueError, KeyError, TypeError, FileNotFoundError):
        return ()
