"""Backups: what cannot be made again, copied file by file under its hash, and back.

`<folder>/objects/<2 digits>/<sha256>` holds each content once; `<folder>/<time>.json` lists the
files of one backup. A backup is whole once its list is there; an earlier one never changes.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from exports.press.files import as_json, sha256, write_file
from services.exits import Exit, Stop
from services.home import FOLDERS, Home
from services.records import audit, tombstones, truth
from terms.years import TOKYO

# People and sessions of the window; what SQLite keeps beside a database is part of it.
DATABASE, BESIDE = ".sqlite3", (".sqlite3-wal", ".sqlite3-shm")
# Made again from the rest by `mishukin rebuild`; Dagster's history begins anew.
REBUILT = frozenset({"warehouse.duckdb", "warehouse.duckdb.wal", "marts", "extracts", "dagster"})


@dataclass(frozen=True, slots=True)
class Made:
    """A backup: its name, how many files it lists, and how many contents were new."""

    name: str
    files: int
    copied: int


def backup(home: Home, folder: Path, at: datetime) -> Made:
    """Copy what is new since the last backup. Raises Stop and OSError."""
    refuse_inside(home, folder)
    return copy(home, folder, at)


def refuse_inside(home: Home, folder: Path) -> None:
    """Raise Stop for a folder that would go with the home."""
    if folder.resolve().is_relative_to(home.root):
        raise Stop("控えはホームフォルダの外に取ってください。")


def copy(home: Home, folder: Path, at: datetime) -> Made:
    """A backup wherever it is to lie. Raises Stop where the home is not as the chain says."""
    with home.alone():
        objects = folder / "objects"
        objects.mkdir(parents=True, exist_ok=True, mode=0o700)
        tombstones.settle(home)
        expunged = tombstones.workbooks(home)
        listed, copied = {}, 0
        for path in _kept(home):
            content = _content(path)
            digest = sha256(content)
            if digest in expunged:  # handed in again, and refused
                continue
            copied += put(objects, digest, content)
            listed[path.relative_to(home.root).as_posix()] = digest
        _refuse_other(listed, truth.noted(audit.read(home)))
        head = audit.verify(home).head
        name = f"{at.astimezone(TOKYO):%Y%m%dT%H%M%S}"
        record = {
            "at": at.astimezone(TOKYO).isoformat(timespec="seconds"),
            "audit_head": head.hash if head else None,
            "files": listed,
        }
        write_file(folder / f"{name}.json", as_json(record))
    return Made(name, len(listed), copied)


def restore(home: Home, folder: Path, name: str | None = None) -> Made:
    """Put a backup, the newest or `name`, into an empty home; run again, it finishes.

    Every content is verified before the first file is written. Raises Stop where one is damaged
    or missing, or where the home holds another file in its place.
    """
    chosen = _chosen(folder, name)
    listed: dict[str, str] = list_of(chosen)["files"]
    verify(folder, chosen.stem)
    if "audit.jsonl" in listed:
        _refuse_other(listed, truth.noted(audit.lines(object_of(folder, listed["audit.jsonl"]))))
    with home.alone():
        _refuse_foreign(home, listed)
        written = 0
        for relative, digest in listed.items():
            place = home.root / relative
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                write_file(place, object_of(folder, digest).read_bytes())
                written += 1
    return Made(chosen.stem, len(listed), written)


def restore_damaged(home: Home, folder: Path) -> list[str]:
    """Put back the files that are not as the chain says, from whichever backup has their content.

    Returns their names. Raises Stop where the folder does not have one of them, undamaged.
    """
    with home.alone():
        tombstones.settle(home)
        wrong = [
            each
            for each in truth.faults(home, *set(truth.PARTS) - REBUILT, deep=True)
            if each.hash is not None
        ]
        missing = [each for each in wrong if not _is_whole(folder, str(each.hash))]
        if missing:
            raise Stop(
                f"控えのフォルダに {missing[0].name} の元の中身がありません。", Exit.UNEXPECTED
            )
        for each in wrong:
            place = home.root / each.name
            place.parent.mkdir(parents=True, exist_ok=True)
            write_file(place, object_of(folder, str(each.hash)).read_bytes())
    return [each.name for each in wrong]


def verify(folder: Path, name: str | None = None) -> int:
    """Read every content of a backup again; returns how many. Raises Stop with the damaged."""
    listed: dict[str, str] = list_of(_chosen(folder, name))["files"]
    damaged = [file for file, digest in listed.items() if not _is_whole(folder, digest)]
    if damaged:
        names = "、".join(damaged[:5]) + (f" ほか{len(damaged) - 5}件" if damaged[5:] else "")
        raise Stop(f"控えが壊れています: {names}。別の控えを使ってください。", Exit.UNEXPECTED)
    return len(listed)


def _refuse_other(listed: Mapping[str, str], told: Mapping[str, str]) -> None:
    """Raise Stop where a file is not the one of which the chain tells."""
    other = [
        truth.Fault(name, digest, is_there=name in listed)
        for name, digest in sorted(told.items())
        if PurePosixPath(name).parts[0] not in REBUILT and listed.get(name) != digest
    ]
    if other:
        others = f"(ほか{len(other) - 1}件は mishukin doctor --deep で分かります)"
        raise Stop(f"{other[0]}{others if other[1:] else ''}", Exit.CHECK_FAILED)


def _kept(home: Home) -> Iterator[Path]:
    """Files of the home that are not rebuilt, without what a kill left half written.

    A folder of the home may be a link to another disk; of any other link Stop is raised, since
    nothing of what lies behind it would come back.
    """
    for entry in sorted(home.root.iterdir()):
        if entry.name not in REBUILT and not entry.name.startswith("."):
            is_linked = entry.is_symlink() and entry.name in FOLDERS and entry.is_dir()
            yield from _files(entry, entry.resolve() if is_linked else entry)


def _files(name: Path, path: Path) -> Iterator[Path]:
    if path.is_symlink() or not (path.is_dir() or path.is_file()):
        what = "リンク" if path.is_symlink() else "ふつうのファイルでもフォルダでもないもの"
        raise Stop(
            f"控えを取りません。{name} は{what}のため、控えから戻せません。"
            "中身を置くか、取り除いてください。"
        )
    if path.is_file():
        yield name
        return
    for entry in sorted(path.iterdir()):
        if not entry.name.startswith(".") and not entry.name.endswith(BESIDE):
            yield from _files(name / entry.name, entry)


def _content(path: Path) -> bytes:
    """The bytes of a file; of a database, which may be written to just now, those of one moment."""
    if path.suffix != DATABASE:
        return path.read_bytes()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.serialize()


def put(objects: Path, digest: str, content: bytes) -> bool:
    """Keep a content under its hash; whether it is new."""
    place = objects / digest[:2] / digest
    if place.exists() and place.stat().st_size == len(content):
        return False
    place.parent.mkdir(exist_ok=True, mode=0o700)
    write_file(place, content)
    return True


def _refuse_foreign(home: Home, listed: dict[str, str]) -> None:
    present = {path.relative_to(home.root).as_posix(): path for path in _kept(home)}
    foreign = [name for name, path in present.items() if _digest(path) != listed.get(name)]
    if foreign:
        raise Stop(
            f"ホームフォルダ「{home.root}」に控えと違うファイルがあります({foreign[0]} など"
            f"{len(foreign)}件)。空のフォルダを --home に指定してください。"
        )


def _digest(path: Path) -> str:
    return sha256(path.read_bytes())


def object_of(folder: Path, digest: str) -> Path:
    """Where a backup folder keeps a content."""
    return folder / "objects" / digest[:2] / digest


def _is_whole(folder: Path, digest: str) -> bool:
    place = object_of(folder, digest)
    return place.is_file() and _digest(place) == digest


def _chosen(folder: Path, name: str | None) -> Path:
    found = sorted(folder.glob("*.json")) if folder.is_dir() else []
    chosen = [path for path in found if name in (None, path.stem)]
    if not chosen:
        raise Stop(f"控えがありません: {folder}{f' の {name}' if name else ''}")
    return chosen[-1]


def list_of(path: Path) -> dict[str, Any]:
    """The list of a backup; what it names stays below the home it is restored to."""
    try:
        record: dict[str, Any] = json.loads(path.read_bytes())
        names = [PurePosixPath(name) for name in record["files"]]
    except (ValueError, KeyError, TypeError):
        raise Stop(f"控えの一覧を読めません: {path.name}", Exit.UNEXPECTED) from None
    if any(name.is_absolute() or ".." in name.parts for name in names):
        raise Stop(f"控えの一覧にホームフォルダの外の名前があります: {path.name}", Exit.UNEXPECTED)
    return record
