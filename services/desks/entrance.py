"""`internal/index.html`: the staff's way to everything under `internal/`.

Whoever writes there does so within `desks`, which makes the page anew in the end, from nothing
but the names of what is there.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from exports.desks.conference import CONFERENCES
from exports.desks.entrance import Entry, File, Group, entrance_page
from exports.desks.forms import FORMS
from exports.press.files import SUMS, names_in, write_file
from ingest.personal import shown_file
from services.calendar import STEPS, is_known_year, usual_day
from services.home import Home
from terms.years import fiscal_year_label

KINDS = {".html": "ページ", ".pdf": "PDF", ".xlsx": "Excel"}
# What to open before the others of its folder.
FIRST = ("index.html", "一覧.xlsx")
# Files that need no other name than their folder's.
NAMELESS = ("index", "bulletin", "pack")


@contextmanager
def desks(home: Home) -> Iterator[Path]:
    """The folder `internal/`, to write into; its entrance tells of it afterwards."""
    home.internal.mkdir(parents=True, exist_ok=True)
    yield home.internal
    write_file(home.internal / "index.html", entrance_page(list(groups(home.internal))).encode())


def groups(internal: Path) -> Iterator[Group]:
    """What is there, as the page has it; what holds no file is passed over."""
    for name, (title, called) in GROUPS.items():
        folders = [internal / name] if name == "collection" else _folders(internal / name)
        entries = [Entry(called(each.name), _files(internal, each)) for each in folders]
        if entries := [entry for entry in entries if entry.files]:
            yield Group(title, entries)
    for year in _folders(internal / "year"):
        if (label := _fiscal_year(year.name)) and (entries := _steps(internal, year)):
            yield Group(f"{label}の記録", entries)


def _steps(internal: Path, year: Path) -> list[Entry]:
    """The steps of a fiscal year that left something, the last of them first."""
    steps = [folder for folder in _folders(year) if folder.name in STEPS]
    steps.sort(key=lambda step: usual_day(STEPS[step.name], int(year.name)), reverse=True)
    return [Entry(STEPS[step.name].title, _files(internal, step)) for step in steps]


def _folders(folder: Path) -> list[Path]:
    """The folders in a folder, the last name first; none where there is no such folder."""
    if not folder.is_dir():
        return []
    return [path for name in reversed(names_in(folder)) if (path := folder / name).is_dir()]


def _files(internal: Path, folder: Path) -> list[File]:
    names = names_in(folder) if folder.is_dir() else []
    names.sort(key=lambda name: (name not in FIRST, Path(name).stem, name))
    return [
        File(_address(path.relative_to(internal)), _title(path), _kind(path))
        for name in names
        if name != SUMS and (path := folder / name).is_file()
    ]


def _address(path: Path) -> str:
    return quote(os.fsencode(path.as_posix()))


def _title(path: Path) -> str:
    """`調書_008`, `計画表`; nothing where the kind says it all."""
    form, _, claim = path.stem.partition("-")
    if form in FORMS:
        return f"{FORMS[form]}（債権{shown_file(claim)}）" if claim else FORMS[form]
    return "" if path.stem in NAMELESS else shown_file(path.stem)


def _kind(path: Path) -> str:
    return KINDS.get(path.suffix) or shown_file(path.suffix)


def _bulletin(name: str) -> str:
    """`2026-10` → `2026年10月1日号`."""
    month = re.fullmatch(r"(\d{4})-(\d\d)", name, re.ASCII)
    return f"{month[1]}年{int(month[2])}月1日号" if month else shown_file(name)


def _conference(name: str) -> str:
    """`2026-august` → `2026年　対策会議（8月）`."""
    year, _, conference = name.partition("-")
    told = CONFERENCES.get(conference)
    return f"{shown_file(year)}年　{told[1]}" if told else shown_file(name)


def _fiscal_year(name: str) -> str | None:
    is_year = re.fullmatch(r"\d{4}", name, re.ASCII) and is_known_year(int(name))
    return fiscal_year_label(int(name)) if is_year else None


# Each folder of `internal/`: its heading, and how the folders in it are called.
GROUPS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "collection": ("提出状況", lambda _: "所属ごとの一覧"),
    "bulletin": ("庁内情報紙", _bulletin),
    "conference": ("会議資料", _conference),
    "forms": ("印刷用の様式", lambda name: _fiscal_year(name) or shown_file(name)),
}
