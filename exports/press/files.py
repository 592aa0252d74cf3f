"""Files and folders written whole or not at all: aside, fsync, rename."""

import ctypes
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

SUMS = "SHA256SUMS"
# Of linux/fcntl.h and linux/fs.h: names are relative to where the process is; swap them.
_HERE, _EXCHANGE = -100, 2
ANYBODY_WRITES = 0o222


def write_file(path: Path, content: bytes) -> None:
    """Replace ``path`` atomically; an equal file is left as it is."""
    if path.is_file() and path.read_bytes() == content:
        return
    aside = path.with_name(f".{path.name}.new")
    _write_synced(aside, content)
    aside.replace(path)
    sync(path.parent)


def stage_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` into a fresh ``folder``, clearing what an interrupted run left there."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for name, content in files.items():
        _write_synced(folder / name, content)
    sync(folder)


def move_folder(staged: Path, place: Path) -> None:
    """Rename ``staged`` to ``place``, which must not exist."""
    if place.exists():
        raise FileExistsError(place)
    staged.replace(place)
    sync(place.parent)


def exchange(one: Path, other: Path) -> None:
    """Two folders swap their names in one step: nobody ever finds neither, or half of one.

    Raises OSError where the system cannot do so (Linux: renameat2 of most local file systems).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    names = (_HERE, os.fsencode(one), _HERE, os.fsencode(other))
    if libc.renameat2(*names, _EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))
    sync(other.parent)


def point(link: Path, target: str) -> None:
    """Readers follow the link to the old target or to the new one, never to nothing."""
    aside = link.with_name(f".{link.name}.{os.getpid()}.tmp")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)
    sync(link.parent)


def settle(path: Path, made: int) -> None:
    """Nobody is to write to the file any more; its date is ``made`` (nanoseconds)."""
    if path.stat().st_mode & ANYBODY_WRITES:
        path.chmod(path.stat().st_mode & ~ANYBODY_WRITES)
    if not is_settled(path, made):
        os.utime(path, ns=(made, made))


def is_settled(path: Path, made: int) -> bool:
    """Whether the date of the file says that nobody wrote to it."""
    return path.stat().st_mtime_ns == made


def sync_tree(folder: Path) -> None:
    """Everything in a folder, and the folder itself, is on the disk."""
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """A file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sums(files: Mapping[str, bytes]) -> bytes:
    """The text of SHA256SUMS over ``files``, by name, as ``sha256sum --check`` reads it."""
    lines = [f"{sha256(files[name])}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def names_in(folder: Path) -> list[str]:
    """The names in a folder, sorted, without those that a killed ``write_file`` left aside."""
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))


def first_difference(folder: Path, content_hash: str, besides: frozenset[str]) -> str | None:
    """The first file of ``folder`` that is not as its hash says; None when all are.

    ``content_hash`` is the SHA-256 of SHA256SUMS. ``besides`` may lie in the folder unlisted.
    """
    listing = folder / SUMS
    if not listing.is_file() or sha256(listing.read_bytes()) != content_hash:
        return SUMS
    expected = {}
    for line in listing.read_text().splitlines():
        digest, name = line.split("  ", 1)
        expected[name] = digest
    present = set(names_in(folder)) - besides - {SUMS}
    for name in sorted(present | expected.keys()):
        path = folder / name
        if name not in expected or not path.is_file():
            return name
        if sha256(path.read_bytes()) != expected[name]:
            return name
    return None


def as_json(record: Mapping[str, object]) -> bytes:
    """One record as a small file, the same bytes every time.

    A name that is no text (a file's name may be any bytes) is escaped, and comes back as it was.
    """
    text = json.dumps(record, ensure_ascii=False, indent=2, default=plain) + "\n"
    return text.encode(errors="backslashreplace")


def plain(value: object) -> object:
    """What JSON has no type for, as a record has it."""
    # A percentage has one decimal: its shortest text is the same number, read back as Decimal.
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no part of a record")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
