"""The truth is hashed: what cannot be made from anything else is held against the audit chain.

A line `keep` of the chain tells files, by their place in the home, and their SHA-256: the batches
of the landing zone, the archive with its receipts and settings, the current generation, and the
public site with what its revisions were rendered from. A line `expunge` tells what is left of some
of them; generations of before count no more. Of several lines that name a file the last one holds;
one that says nothing of its hash says that it is gone.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exports.press.files import write_file
from ingest.landing import Batch, batches, empty_batch
from services.exits import Exit, Stop
from services.home import Home
from services.records import audit

ACTION, EXPUNGE = "keep", "expunge"
FILES = "files"
LANDING, ARCHIVE, MARTS, PUBLIC, RELEASES = PARTS = (
    "landing", "archive", "marts", "public", "releases"
)  # fmt: skip
SITE = (PUBLIC, RELEASES)
RECEIPTS = "receipts"
FROM_BACKUP = "控えから戻してください(mishukin restore 控えのフォルダ --damaged)。"
REMEDIES: Mapping[str, str] = {
    LANDING: (
        "控えから戻す(mishukin restore 控えのフォルダ --damaged)か、"
        "mishukin rebuild --from-archive で作り直してください。"
    ),
    ARCHIVE: FROM_BACKUP,
    MARTS: "mishukin build で作り直してください。",
    PUBLIC: FROM_BACKUP,
    RELEASES: FROM_BACKUP,
}
TAKE_AWAY = (
    "置いた覚えがなければ取り除いてください。"
    "前の版から使っているホームフォルダでは、一度 mishukin upgrade を実行してください。"
)
_Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not as the chain says. `hash` is the one it should have, if any."""

    name: str
    hash: str | None
    is_there: bool

    def __str__(self) -> str:
        """What is wrong, and what to do."""
        if self.hash is None:
            remedy = REMEDIES[MARTS] if _part(self.name) == MARTS else TAKE_AWAY
            return f"{self.name} は、記録のないファイルです。{remedy}"
        how = "の中身が、記録した時と違います。" if self.is_there else "が失われています。"
        return f"{self.name} {how}{REMEDIES[_part(self.name)]}"


def noted(lines: Iterable[audit.Line]) -> dict[str, str]:
    """The files that the lines of the chain tell, with the SHA-256 that holds.

    Of the generations only the last one is kept for ever: those before it are dropped in time.
    """
    told: dict[str, str | None] = {}
    for line in lines:
        if files := _of(line):
            if line["action"] == EXPUNGE or any(_part(name) == MARTS for name in files):
                told = {name: each for name, each in told.items() if _part(name) != MARTS}
            told |= files
    return {name: digest for name, digest in told.items() if digest}


def _of(line: audit.Line) -> Mapping[str, str | None]:
    files = line.get(FILES) if line.get("action") in (ACTION, EXPUNGE) else None
    return files if isinstance(files, dict) else {}


def outdated(home: Home, generations: Iterable[Path]) -> list[Path]:
    """Those made before something was expunged: they may still hold it."""
    since: set[str] | None = None
    for line in audit.read(home):
        if line.get("action") == EXPUNGE:
            since = set()
        elif line.get("action") == ACTION and since is not None:
            since |= line[FILES].keys()
    return [] if since is None else [each for each in generations if _name(home, each) not in since]


def present(home: Home, *parts: str) -> dict[str, Path]:
    """The files of some of `PARTS` that lie there, by their place in the home.

    Without what a kill left aside and what is made anew by every build.
    """
    found: dict[str, Path] = {}
    for part in parts:
        if part == MARTS:
            if home.current.is_symlink() or home.current.exists():
                generation = home.current.resolve()
                found[f"{MARTS}/{generation.name}"] = generation
        else:
            folders = _landed(home) if part == LANDING else [home.root / part]
            found |= _files(home, *folders)
    return found


def new(home: Home, lines: Iterable[audit.Line], landed: Iterable[Batch]) -> dict[str, str]:
    """The hashes of the files of some batches and of the archive that the chain does not know.

    Not of one that lies in the archive under another hash than its own.
    """
    known = noted(lines)
    folders = (home.archive, empty_batch(home.landing).folder, *(each.folder for each in landed))
    unknown = {n: path for n, path in _files(home, *folders).items() if n not in known}
    hashes = {name: _digest(path) for name, path in unknown.items()}
    return {name: each for name, each in hashes.items() if _may_be_called(name, each)}


def record(home: Home, at: datetime, files: Iterable[Path]) -> int:
    """Note files as they are now, where the chain does not say so; returns how many."""
    known = noted(audit.read(home))
    now = {_name(home, path): _digest(path) for path in files}
    changed = {name: digest for name, digest in now.items() if known.get(name) != digest}
    if changed:
        audit.note(home, at, ACTION, files=changed)
    return len(changed)


def record_archive(home: Home, at: datetime) -> None:
    """Note what came into the archive without a batch: nothing of it was new."""
    if files := new(home, audit.read(home), ()):
        audit.note(home, at, ACTION, files=files)


def record_all(home: Home, at: datetime) -> int:
    """Note every file of the truth that the chain does not know yet; returns how many."""
    known = noted(audit.read(home))
    there = present(home, *PARTS)
    return record(home, at, (path for name, path in there.items() if name not in known))


def record_site(home: Home, at: datetime, staged: Path) -> None:
    """Note the public site as it is about to be, before it is, with the records of its revisions.

    A publication that a kill ends between the two has not happened: see `faults`.
    """
    before = noted(audit.read(home))
    there = {f"{PUBLIC}/{path.relative_to(staged).as_posix()}": path for path in _below(staged)}
    now = {name: _digest(path) for name, path in (there | present(home, RELEASES)).items()}
    names = now.keys() | {name for name in before if _part(name) in SITE}
    changed = {name: now.get(name) for name in names if now.get(name) != before.get(name)}
    if changed:
        audit.note(home, at, ACTION, files=changed)


def faults(home: Home, *parts: str, deep: bool) -> list[Fault]:
    """What is not as the chain says.

    Not `deep`, a file counts as unchanged whose size, times and place on the disk are those with
    which its content was compared the last time. The site may be the one before the last that was
    noted: a kill came before the new one took its place.
    """
    lines = audit.read(home)
    others = [each for each in parts if each not in SITE]
    wrong = _faults(home, noted(lines), others, deep=deep)
    if asked := [each for each in parts if each in SITE]:
        states = [_faults(home, told, asked, deep=deep) for told in _sites(lines)]
        wrong += next((found for found in states if not found), states[0])
    return wrong


def _sites(lines: Sequence[audit.Line]) -> Iterator[dict[str, str]]:
    """What the chain says of the site: at last, and before it was noted the last time."""
    yield noted(lines)
    changes = (n for n, line in enumerate(lines) if any(_part(f) == PUBLIC for f in _of(line)))
    if last := max(changes, default=0):
        yield noted(lines[:last])


def _faults(
    home: Home, told: Mapping[str, str], parts: Sequence[str], *, deep: bool
) -> list[Fault]:
    expected = {name: digest for name, digest in told.items() if _part(name) in parts}
    there = present(home, *parts)
    trusted = {} if deep else _compared(home)
    found = []
    for name in sorted(expected.keys() | there.keys()):
        path = there.get(name)
        if path is None:
            found.append(Fault(name, expected[name], is_there=False))
        elif name not in expected:
            if not _is_harmless(home, name):
                found.append(Fault(name, None, is_there=True))
        elif trusted.get(name) != _stamp(path) and _digest(path) != expected[name]:
            found.append(Fault(name, expected[name], is_there=True))
    return found


def hold(home: Home, *parts: str, deep: bool) -> None:
    """Raise Stop where anything is not as the chain says; else remember what was compared."""
    wrong = faults(home, *parts, deep=deep)
    if wrong:
        others = f"(ほか{len(wrong) - 1}件は mishukin doctor で分かります)" if wrong[1:] else ""
        raise Stop(f"{wrong[0]}{others}", Exit.CHECK_FAILED)
    stamps = {name: list(_stamp(path)) for name, path in present(home, *parts).items()}
    kept = {name: each for name, each in _compared(home).items() if _part(name) not in parts}
    write_file(_memory(home), json.dumps(kept | stamps).encode())


def _compared(home: Home) -> dict[str, _Stamp]:
    """What the system kept of each file when its content was compared the last time."""
    try:
        told = json.loads(_memory(home).read_bytes())
        return {name: tuple(stamp) for name, stamp in told.items()}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}


def _memory(home: Home) -> Path:
    return home.dagster / "compared.json"


def _stamp(path: Path) -> _Stamp:
    """Nobody writes to a file and leaves all of this as it was."""
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _landed(home: Home) -> Iterator[Path]:
    """The folders of the batches; the register beside them is made by each build."""
    yield from (each.folder for each in (empty_batch(home.landing), *batches(home.landing)))


def _files(home: Home, *folders: Path) -> dict[str, Path]:
    """Every file below some folders, but those that a kill left aside."""
    return {_name(home, path): path for folder in folders for path in _below(folder)}


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        yield from (Path(place, each) for each in sorted(files) if not each.startswith("."))


def _is_harmless(home: Home, name: str) -> bool:
    """Nobody reads what lies in the archive and was not noted: a load that a kill ended left it.

    So did a publication with the record of a revision. The batch without rows is there before the
    first one that is noted.
    """
    return _part(name) in (ARCHIVE, RELEASES) or name.startswith(
        _name(home, empty_batch(home.landing).folder)
    )


def _may_be_called(name: str, digest: str) -> bool:
    """The archive calls workbooks and settings by their hash; receipts have numbers."""
    path = Path(name)
    return _part(name) != ARCHIVE or path.parent.name == RECEIPTS or path.stem == digest


def _part(name: str) -> str:
    return name.partition("/")[0]


def _name(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
