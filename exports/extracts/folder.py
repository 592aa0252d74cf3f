"""Where the extracts lie: a folder for each generation, and a link to the current one.

They are copies to be read: no file may be written to, and each has the date of its generation, so
that one which somebody wrote to nevertheless is noticed, and written anew with the next build.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from exports.extracts.relations import VIEWS, relations
from exports.extracts.tables import write_tables
from exports.extracts.workbook import write_workbook
from exports.marts import opened
from exports.press.files import is_settled, move_folder, point, settle, sync_tree, write_file

CURRENT = "current"
WORKBOOK = "未収金データ.xlsx"
# The folder of a generation, finished or not; what else lies beside is somebody's own.
_OURS = re.compile(r"\d{8}T\d{6}-[0-9a-f]+|\..*\.new")
NOTHING: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Extracts:
    """The files of one generation. `is_new` is false where they lay there already, untouched."""

    path: Path
    is_new: bool


def publish(generation: Path, folder: Path, beside: Mapping[str, bytes] = NOTHING) -> Extracts:
    """Write `<folder>/<generation>/` and point `<folder>/current` at it.

    In it: `parquet/`, `csv/`, 未収金データ.xlsx, and the files of `beside` by their relative path.
    It appears whole or not at all. Folders of generations that are gone go too.
    """
    folder.mkdir(exist_ok=True)
    place = folder / generation.stem
    made = generation.stat().st_mtime_ns
    is_new = not place.exists() or bool(touched(generation, folder))
    if is_new:
        staged = folder / f".{generation.stem}.new"
        _stage(generation, staged)
        _add(staged, beside)
        _settle(staged, made)
        sync_tree(staged)
        if place.exists():
            place.rename(folder / f".{generation.stem}.touched.new")
        move_folder(staged, place)
    else:
        _add(place, beside)
        _settle(place, made)
    point(folder / CURRENT, place.name)
    _drop_without_generation(folder, generation.parent)
    return Extracts(place, is_new)


def touched(generation: Path, folder: Path) -> list[Path]:
    """The files of a generation, below ``folder``, that somebody wrote to since."""
    place, made = folder / generation.stem, generation.stat().st_mtime_ns
    return [file for file in _files(place) if not is_settled(file, made)]


def _files(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())


def _settle(place: Path, made: int) -> None:
    for file in _files(place):
        settle(file, made)


def _stage(generation: Path, staged: Path) -> None:
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    with opened(generation) as connection:
        found = relations(connection)
        write_tables(connection, found, staged)
        views = [relation for relation in found if relation.schema == VIEWS]
        write_workbook(connection, views, staged / WORKBOOK, name=generation.stem)


def _add(place: Path, beside: Mapping[str, bytes]) -> None:
    for name, content in beside.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        write_file(place / name, content)


def _drop_without_generation(folder: Path, generations: Path) -> None:
    kept = {path.stem for path in generations.glob("*.duckdb")}
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name) and path.name not in kept:
            shutil.rmtree(path)
