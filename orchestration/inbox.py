"""Which files are workbooks, and which municipality they come from."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.load import SourceFile
from ingest.personal import looks_personal

WORKBOOK_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".ods"}
MUNICIPALITY_DIGITS = 6
HASHED = "sha256:"


@dataclass(frozen=True, slots=True)
class Sources:
    """Files to read, and files whose municipality nobody told."""

    files: tuple[SourceFile, ...]
    without_municipality: tuple[Path, ...]


def is_workbook(path: Path) -> bool:
    """Whether a folder's file is read: not Office's lock files, hidden or half-copied ones."""
    return path.suffix.lower() in WORKBOOK_SUFFIXES and not path.name.startswith(("~$", "."))


def workbooks(path: Path) -> Iterator[Path]:
    """The file itself, whatever its name; of a folder, the workbooks in and below it, sorted."""
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if entry.is_dir() and not entry.name.startswith("."):
            yield from workbooks(entry)
        elif entry.is_file() and is_workbook(entry):
            yield entry


def sources(paths: Iterable[Path], inbox: Path, municipality: str | None) -> Sources:
    """The workbooks of `paths`; those in inbox/<code>/ are that municipality's.

    `municipality` holds for all others.
    """
    files: list[SourceFile] = []
    without: list[Path] = []
    for path in dict.fromkeys(book for given in paths for book in workbooks(given)):
        code = municipality_of(path, inbox) or municipality
        if code is None:
            without.append(path)
        files.append(SourceFile(path, code))
    return Sources(tuple(files), tuple(without))


def reference(path: Path, inbox: Path) -> str:
    """How the run history names a workbook of the inbox: its path below it.

    Or a hash of it, where the path looks personal or is no text at all.
    """
    below = path.relative_to(inbox)
    words = below.as_posix()
    if looks_personal(words) or not all(c.isprintable() or c == "\u3000" for c in words):
        return f"{HASHED}{hashlib.sha256(os.fsencode(below)).hexdigest()}"
    return words


def referred(inbox: Path, references: Iterable[str]) -> list[Path]:
    """The workbooks (or folders) of the inbox that references name, as far as they are there."""
    wanted = list(references)
    hashed = {
        reference(path, inbox): path
        for path in (workbooks(inbox) if any(r.startswith(HASHED) for r in wanted) else ())
    }
    paths = (hashed.get(r) if r.startswith(HASHED) else inbox / r for r in wanted)
    return [path for path in paths if path is not None and path.exists()]


def municipality_of(path: Path, inbox: Path) -> str | None:
    """The code of inbox/<code>/…, or None elsewhere."""
    try:
        folder = path.resolve().relative_to(inbox.resolve()).parts[0]
    except (ValueError, IndexError):
        return None
    return folder if is_municipality_code(folder) else None


def is_municipality_code(text: str) -> bool:
    """Six ASCII digits."""
    return len(text) == MUNICIPALITY_DIGITS and text.isascii() and text.isdigit()
