"""What was expunged from a home goes out of its backups, too: every list of a folder that has it.

Each list gets what is left of the files that a tombstone changes, and the tombstone at the end of
its own audit log: a home that is restored from it is whole, and takes the workbook in no more.
Contents that no list names any more are deleted. An encrypted backup cannot be changed.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.press.files import as_json, sha256, write_file
from services.exits import Stop
from services.home import Home
from services.records import audit, backup, tombstones
from services.records.sealed import SUFFIX
from services.records.tombstones import Tombstone

LOG = ("audit.jsonl", "audit.head")


def refuse_other(home: Home, folder: Path) -> None:
    """Raise Stop for a folder in which there are no backups."""
    backup.refuse_inside(home, folder)
    if not any((*folder.glob("*.json"), *folder.glob(f"*{SUFFIX}"))):
        raise Stop(f"控えがありません: {folder}")


def expunge(home: Home, folder: Path) -> list[str]:
    """Take all that was ever expunged from the home out of a folder of backups; what to tell.

    Given again after a kill it finishes. Raises Stop as `refuse_other`.
    """
    refuse_other(home, folder)
    with home.writer():
        lists = sorted(folder.glob("*.json"))
        changed = [path for path in lists if _expunge(home, folder, path)]
        dropped = _drop_unlisted(folder, lists)
    sealed = sorted(path.name for path in folder.glob(f"*{SUFFIX}"))
    told = f"{folder} の控え{len(lists)}回分のうち{len(changed)}回分から消去しました({dropped}件)。"
    return [told, *(f"暗号にした控えは変えられません。破棄してください: {folder / each}"
                    for each in sealed)]  # fmt: skip


def _expunge(home: Home, folder: Path, path: Path) -> bool:
    """Whether a list had anything of it."""
    record = backup.list_of(path)
    listed: dict[str, str] = record["files"]
    stones = [s for s in tombstones.every(home) if s.workbooks & set(listed.values())]
    for stone in stones:
        with TemporaryDirectory(prefix=".expunge-", dir=home.dagster) as name:
            then = Home(Path(name))
            taken = _take(folder, listed, stone, then)
            head = _clear(then, stone)
            record["audit_head"] = head.hash if head else None
            for relative in taken:
                listed.pop(relative)
                if (then.root / relative).exists():
                    content = (then.root / relative).read_bytes()
                    listed[relative] = sha256(content)
                    backup.put(folder / "objects", listed[relative], content)
    if stones:
        write_file(path, as_json(record | {"files": dict(sorted(listed.items()))}))
    return bool(stones)


def _take(folder: Path, listed: dict[str, str], stone: Tombstone, then: Home) -> list[str]:
    """The files of a backup that the tombstone is about, and the log, in a home of their own."""
    taken = [
        name
        for name, digest in listed.items()
        if name in stone.files
        or name in LOG
        or digest in stone.workbooks
        or Path(name).parts[0] == then.returned.name
    ]
    for name in taken:
        (then.root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(backup.object_of(folder, listed[name]), then.root / name)
    return taken


def _clear(then: Home, stone: Tombstone) -> audit.Head | None:
    """Take it out of that home, under a tombstone of its own; the head of its log."""
    files: dict[str, str | None] = dict.fromkeys(stone.gone)
    for name in stone.files:
        path = then.root / name
        if name not in files and path.exists():
            left = tombstones.left_of(path, stone.submissions, stone.workbooks)
            files[name] = sha256(path.read_bytes() if left is None else left)
    own = replace(stone, files=files)
    own.note(then)
    tombstones.clear(then, own)
    return audit.verify(then).head


def _drop_unlisted(folder: Path, lists: list[Path]) -> int:
    """Delete the contents that no backup of the folder names; returns how many."""
    named = {digest for path in lists for digest in backup.list_of(path)["files"].values()}
    left = [
        path
        for path in (folder / "objects").rglob("*")
        if path.is_file() and path.name not in named
    ]
    for path in left:
        path.unlink()
    return len(left)
