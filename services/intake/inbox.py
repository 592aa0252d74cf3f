"""What was handed in, and which municipality it comes from. Every file gets an answer: what cannot
be opened, or belongs to nobody, is a source that says why; only what programs leave is passed over.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from ingest.kinds import BOOKS
from ingest.load import Refusal, SourceFile
from ingest.personal import looks_personal, shown_file
from ingest.workbook.container import MAX_FILE_BYTES
from services.city import is_municipality_code

HASHED = "sha256:"
MOST_AT_ONCE = 4 * 2**30  # bytes that one load reads
# By which Excel, and LibreOffice, tell others that they hold a book open.
LOCKS = ("~${}", ".~lock.{}#")
MORE_MUNICIPALITIES = (
    "config/city.yml の municipalities にその団体コードを加えます"
    '(例 municipalities: ["123456", "234567"])。'
)
# A folder of such a name is a package of many files, or unpacked from one; none of them is a book.
PACKAGES = (*BOOKS, ".numbers", ".pages", ".zip")
LEFT_BY_PROGRAMS = frozenset(
    {
        "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "@eadir", "#recycle",
        "system volume information", "__macosx", "lost+found",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """Files to read, files whose municipality nobody told, and what else there is to know."""

    files: tuple[SourceFile, ...]
    without_municipality: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def is_left_by_programs(name: str) -> bool:
    """Whether no person put it there, by its name: lock files, hidden ones, caches."""
    return (
        name.startswith(("~$", "."))
        or name.lower() in LEFT_BY_PROGRAMS
        or (name.startswith("~") and name.lower().endswith(".tmp"))
    )


def handed_in(path: Path) -> Iterator[Path]:
    """The file itself, whatever its name; of a folder, all that somebody put below it, sorted.

    Below it, no link is followed.
    """
    waiting = [path]
    while waiting:
        here = waiting.pop()
        is_link = here != path and _is_itself_a_link(here)
        if is_link or is_package(here) or not os.path.isdir(here):  # noqa: PTH112 - see below
            yield here
            continue
        try:
            entries = sorted(here.iterdir(), reverse=True)
        except OSError:
            yield here
            continue
        waiting += (entry for entry in entries if not is_left_by_programs(entry.name))


def is_package(path: Path) -> bool:
    """Whether a folder bears the name of a file."""
    return path.name.lower().endswith(PACKAGES)


def sources(
    paths: Iterable[Path],
    inbox: Path,
    municipality: str | None,
    municipalities: Collection[str] = (),
) -> Sources:
    """What was handed in at `paths`; in inbox/<code>/ it is that municipality's.

    `municipality` holds for all others. `municipalities`: those whose forms the home takes, all
    where it does not say.
    """
    files: list[SourceFile] = []
    without: list[Path] = []
    found = {file: given for given in paths for file in handed_in(given)}
    beyond = _beyond_the_load(found)
    for path, given in found.items():
        below = _folder_of_inbox(path, inbox)
        code = below if below and is_municipality_code(below) else municipality
        is_inside = below is not None or path.is_relative_to(inbox)
        is_link = _is_link(path, inbox if is_inside else given)
        refused = (
            (_of_link(path) if is_link else unopened(path))
            or _foreign(below, code, municipalities)
            or (_too_much(path) if path in beyond else None)
        )
        if code is None and below is None:
            without.append(path)
        # A link that somebody names is read as what it leads to; no other is ever opened.
        is_named = _is_itself_a_link(path) and not is_link
        source = SourceFile(path.resolve(), code, path.name) if is_named else SourceFile(path, code)
        files.append(replace(source, refused=refused))
    return Sources(tuple(files), tuple(without), tuple(_notes(found.keys())))


def reference(path: Path, inbox: Path) -> str:
    """How the run history names a file of the inbox: its path below it.

    Or a hash of it, where the path looks personal or is no text at all.
    """
    below = path.relative_to(inbox)
    words = below.as_posix()
    if looks_personal(words) or not all(c.isprintable() or c == "\u3000" for c in words):
        return f"{HASHED}{hashlib.sha256(os.fsencode(below)).hexdigest()}"
    return words


def referred(inbox: Path, references: Iterable[str]) -> list[Path]:
    """The files (or folders) of the inbox that references name, as far as they are there."""
    wanted = list(references)
    hashed = {
        reference(path, inbox): path
        for path in (handed_in(inbox) if any(r.startswith(HASHED) for r in wanted) else ())
    }
    paths = (hashed.get(r) if r.startswith(HASHED) else inbox / r for r in wanted)
    return [path for path in paths if path is not None and os.path.lexists(path)]


def lies_in(path: Path, inbox: Path) -> bool:
    """Whether a path, or the link that it is, lies in the inbox or is the inbox."""
    return path.resolve() == inbox.resolve() or _below(path, inbox) is not None


def _below(path: Path, inbox: Path) -> Path | None:
    place = path.parent.resolve() / path.name
    root = inbox.resolve()
    return place.relative_to(root) if place.is_relative_to(root) and place != root else None


def _folder_of_inbox(path: Path, inbox: Path) -> str | None:
    """The folder of inbox/<folder>/…; "" for what lies in the inbox itself; None elsewhere."""
    below = _below(path, inbox)
    if below is None:
        return None
    return below.parts[0] if len(below.parts) > 1 else ""


def _foreign(
    below: str | None, code: str | None, municipalities: Collection[str]
) -> Refusal | None:
    """Why nobody's, or another municipality's, file is not read; `below` as `_folder_of_inbox`."""
    if below and below.isdecimal() and not is_municipality_code(below):
        return "municipality", (
            f"置かれたフォルダ「inbox/{shown_file(below)}」は団体コード(半角数字6桁)ではありません。"
            "正しい団体コードのフォルダに移してください。"
        )
    if code is None and below is not None:
        return "municipality", (
            "どの団体のものか分かりません。inbox/<団体コード>/ に移すか、データ担当が"
            "config/city.yml に municipality_code を書いてください。"
        )
    if code is not None and municipalities and code not in municipalities:
        return "municipality", (
            f"団体コード{code}は、この倉庫の団体({'・'.join(municipalities)})ではありません。"
            "置き場所を確かめ、正しい団体コードのフォルダに移してください。"
            f"{code}の分も扱うときは、データ担当が{MORE_MUNICIPALITIES}"
        )
    return None


def _is_itself_a_link(path: Path) -> bool:
    return os.path.islink(path)  # noqa: PTH114 - pathlib raises where a path is too long


def _is_link(path: Path, base: Path) -> bool:
    """Whether a path is a link, or lies behind one, below `base`: which may be one itself."""
    behind = (each for each in path.parents if base in each.parents)
    return path != base and any(map(_is_itself_a_link, (path, *behind)))


def _of_link(path: Path) -> Refusal:
    return "unreadable_file", (
        f"「{shown_file(path.name)}」はリンクか、リンクの先にあるため、読み取りません。"
        "リンクではなく、ファイルそのものを置いてください。"
    )


def _beyond_the_load(paths: Iterable[Path]) -> Set[Path]:
    """The largest files, for which there is no room in one load."""
    sizes = {path: path.lstat().st_size for path in paths if os.path.lexists(path)}
    smallest_first = sorted(
        (path for path in sizes if sizes[path] <= MAX_FILE_BYTES), key=sizes.__getitem__
    )
    until = accumulate(sizes[path] for path in smallest_first)
    return {path for path, total in zip(smallest_first, until, strict=True) if total > MOST_AT_ONCE}


def _too_much(path: Path) -> Refusal:
    return "too_large", (
        f"一度に読むブックは合わせて{MOST_AT_ONCE // 2**20:,}MiBまでのため、"
        f"「{shown_file(path.name)}」は開きません。不要な写しを除いて提出し直してください。"
    )


def unopened(path: Path, named: str | None = None) -> Refusal | None:
    """Why what lies there cannot be opened, or need not be; None for a file to read.

    Every message names the file, as it was called where it came from: without its bytes, nothing
    else tells it from another.
    """
    name = shown_file(named or path.name)
    try:
        status = path.stat()
    except OSError:
        return "unreadable_file", (
            f"「{name}」はリンクですが指しているファイルがないか、フォルダの中の深すぎる所にあります。"
            "ファイルそのものを、浅いフォルダに置いてください。"
        )
    if S_ISDIR(status.st_mode):
        if not is_package(path):
            return "unreadable_file", (
                f"フォルダ「{name}」を開く権限がないため、中を読み取れません。"
                "データ担当へお知らせください。"
            )
        return "unreadable_file", (
            f"「{name}」はファイルではなくフォルダです。中は読み取りません。"
            "中にあるブックを、このフォルダの外に出して提出してください。"
        )
    if not S_ISREG(status.st_mode):
        return "unreadable_file", f"「{name}」はファイルではありません。取り除いてください。"
    if not os.access(path, os.R_OK):
        return "unreadable_file", (
            f"「{name}」を開く権限がありません。提出し直すか、データ担当へお知らせください。"
        )
    size = status.st_size
    if size == 0:
        return "unreadable_file", (
            f"「{name}」は中身が空(0バイト)です。保存やコピーが終わっているか確かめ、"
            "提出し直してください。"
        )
    if size > MAX_FILE_BYTES:
        return "too_large", (
            f"「{name}」は{size // 2**20:,}MiBあるため開きません"
            f"(上限{MAX_FILE_BYTES // 2**20}MiB)。画像や不要なシートを除いて提出してください。"
        )
    return None


def _notes(found: Collection[Path]) -> Iterator[str]:
    """Of each book that is held open: what was read is what was saved last."""
    beside = {folder: _names_in(folder) for folder in {path.parent for path in found}}
    for path in found:
        if any(lock.format(path.name) in beside[path.parent] for lock in LOCKS):
            yield (
                f"{shown_file(path.name)} はExcelなどで開かれています(編集中)。"
                "最後に保存された内容を読み取りました。直している途中であれば、"
                "保存して閉じてから提出し直してください。"
            )


def _names_in(folder: Path) -> frozenset[str]:
    """The names in a folder; none where it cannot be looked into."""
    try:
        return frozenset(entry.name for entry in folder.iterdir())
    except OSError:
        return frozenset()
