"""The drafts folder: a draft, what an approval of it binds, and how one takes another's place."""

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
# in a draft's folder, but no part of what is published
BESIDES = frozenset({DRAFT, MODEL})
# What a draft is told anew of without being another one; see `binding`.
_PASSING = ("folder", "generation", "changed", "reckoned_with", "notable", "reason", "asked_by")


@dataclass(frozen=True)
class Places:
    """Where drafts lie, the website, and what each revision was rendered from."""

    drafts: Path
    public: Path
    releases: Path


@dataclass(frozen=True)
class Draft:
    """A draft as written: what it was made from, and the SHA-256 of its SHA256SUMS.

    ``unreported`` has a line for each claim that nothing was reported of and nobody let pass.
    ``changed`` counts the figures that the marts tell otherwise than the newest revision, where
    the draft is that revision. ``reckoned_with`` names the publications that its suppression
    knows of. ``reason`` and ``asked_by`` are those of the correction it was asked for as.
    ``notable`` has a line for each change that whoever approves must have seen. ``settings`` is
    the hash of what the house had decided when it was made.
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
    settings: str = ""


@dataclass(frozen=True)
class Approval:
    """Who approved what (`binding`), and when (Asia/Tokyo); void once other content was drafted.

    ``seen``: the notable changes of the draft that were seen. ``head``: the hash of the line of
    the audit log that says so.
    """

    binding: str
    approved_by: str
    approved_at: datetime
    seen: tuple[str, ...] = ()
    void: bool = False
    head: str = ""


@dataclass(frozen=True)
class Approvals:
    """The approvals of a day as they were given, void or not, and how many people must."""

    given: tuple[Approval, ...] = ()
    needed: int = 1


_DRAFT = TypeAdapter(Draft)


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


def binding(made: Draft) -> str:
    """The hash that an approval is of: all that is published of a draft, or trusted later.

    These are its files, the model that they are rendered from (with the settings of the report and
    whoever was let pass), what it says of itself and what the house had decided. The generation is
    none of it, so that the same content keeps its approvals: publication renders anew from it.
    What is notable an approval names. Raises DraftChanged when the model cannot be read.
    """
    told = {name: said for name, said in asdict(made).items() if name not in _PASSING}
    try:
        model = files.sha256((made.folder / MODEL).read_bytes())
    except FileNotFoundError:
        raise DraftChanged(made.as_of, MODEL) from None
    return files.sha256(files.as_json({**told, "model": model}))


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
        try:
            # In one step: whoever reads meanwhile finds the old draft or the new one.
            files.exchange(staged, folder)
        except OSError:
            files.move_folder(folder, aside)
        else:
            shutil.rmtree(staged)
            return
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
