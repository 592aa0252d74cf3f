"""What was handed in, and which municipality it comes from. Every file gets an answer: what cannot
be opened, or belongs to nobody, is a source that says why; only what programs leave is passed over.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.kinds import BOOKS
from ingest.load import Refusal, SourceFile
from ingest.personal import looks_personal, shown_file
from ingest.workbook.container import MAX_FILE_BYTES
from services.city import is_municipality_code

HASHED = "sha256:"
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


def handed_in(path: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """The file itself, whatever its name; of a folder, all that somebody put below it, sorted.

    A link that leads back to a folder it lies in adds nothing.
    """
    if not path.is_dir() or is_package(path):
        yield path
        return
    here = path.resolve()
    if here in above:
        return
    try:
        entries = sorted(path.iterdir())
    except OSError:
        yield path
        return
    for entry in entries:
        if not is_left_by_programs(entry.name):
            yield from handed_in(entry, (*above, here))


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
    found = dict.fromkeys(file for given in paths for file in handed_in(given))
    for path in found:
        below = _folder_of_inbox(path, inbox)
        code = below if below and is_municipality_code(below) else municipality
        refused = _unopened(path) or _foreign(below, code, municipalities)
        if code is None and below is None:
            without.append(path)
        files.append(SourceFile(path, code, refused=refused))
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


def _unopened(path: Path) -> Refusal | None:
    """Why what lies there cannot be opened, or need not be; None for a file to read.

    Every message names the file: without its bytes, nothing else tells it from another.
    """
    name = shown_file(path.name)
    if path.is_dir():
        if not is_package(path):
            return "unreadable_file", (
                f"フォルダ「{name}」を開く権限がないため、中を読み取れません。"
                "データ担当へお知らせください。"
            )
        return "unreadable_file", (
            f"「{name}」はファイルではなくフォルダです。中は読み取りません。"
            "中にあるブックを、このフォルダの外に出して提出してください。"
        )
    if path.is_symlink() and not path.exists():
        return "unreadable_file", (
            f"「{name}」はリンクですが、指しているファイルがありません。"
            "リンクではなく、ファイルそのものを置いてください。"
        )
    if not path.is_file():
        return "unreadable_file", f"「{name}」はファイルではありません。取り除いてください。"
    if not os.access(path, os.R_OK):
        return "unreadable_file", (
            f"「{name}」を開く権限がありません。提出し直すか、データ担当へお知らせください。"
        )
    size = path.stat().st_size
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
