"""The drafts folder: a draft, its approval, and how one draft takes another's place."""

import json
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from exports import files
from exports.errors import DraftChanged, NothingToPublish

DRAFT = "draft.json"
APPROVAL = "approval.json"
# in a draft's folder, but no part of what is hashed, approved and published
BESIDES = frozenset({DRAFT, APPROVAL})


@dataclass(frozen=True)
class Draft:
    """A draft as written: what it was made from, and the hash that approval is bound to."""

    as_of: date
    municipality_code: str
    generation: str
    issued: date
    content_hash: str
    folder: Path


@dataclass(frozen=True)
class Approval:
    """Who approved which content, and when (Asia/Tokyo); void once other content was drafted."""

    content_hash: str
    approved_by: str
    approved_at: datetime
    void: bool


def read_draft(drafts: Path, as_of: date) -> Draft:
    """The draft of a day; raises NothingToPublish, and DraftChanged when it cannot be read."""
    folder = draft_folder(drafts, as_of)
    if not (folder / DRAFT).is_file():
        raise NothingToPublish(as_of)
    try:
        record = json.loads((folder / DRAFT).read_bytes())
        return Draft(
            as_of=as_of,
            municipality_code=record["municipality_code"],
            generation=record["generation"],
            issued=date.fromisoformat(record["issued"]),
            content_hash=record["content_hash"],
            folder=folder,
        )
    except (ValueError, KeyError) as unreadable:
        raise DraftChanged(as_of, DRAFT) from unreadable


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
    """``draft.json``."""
    return files.as_json(
        {
            "as_of": made.as_of.isoformat(),
            "municipality_code": made.municipality_code,
            "generation": made.generation,
            "issued": made.issued.isoformat(),
            "content_hash": made.content_hash,
        }
    )


def approval_json(approval: Approval, *, void: bool) -> bytes:
    """``approval.json``."""
    return files.as_json(
        {
            "content_hash": approval.content_hash,
            "approved_by": approval.approved_by,
            "approved_at": approval.approved_at.isoformat(),
            "void": void,
        }
    )


def read_approval(folder: Path) -> Approval | None:
    """The approval that lies with a draft, void or not; None without one that can be read."""
    path = folder / APPROVAL
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_bytes())
        return Approval(
            content_hash=record["content_hash"],
            approved_by=record["approved_by"],
            approved_at=datetime.fromisoformat(record["approved_at"]),
            void=record["void"],
        )
    except (ValueError, KeyError):
        return None
