"""Where the extracts lie: a folder for each generation, and a link to the current one."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from exports.extracts.relations import VIEWS, open_generation, relations
from exports.extracts.tables import write_tables
from exports.extracts.workbook import write_workbook
from exports.files import move_folder, point, sync_tree, write_file

CURRENT = "current"
WORKBOOK = "未収金データ.xlsx"
# The folder of a generation, finished or not; what else lies beside is somebody's own.
_OURS = re.compile(r"\d{8}T\d{6}-[0-9a-f]+|\..*\.new")
NOTHING: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Extracts:
    """The files of one generation. `is_new` is false where they lay there already."""

    path: Path
    is_new: bool


def publish(generation: Path, folder: Path, beside: Mapping[str, bytes] = NOTHING) -> Extracts:
    """Write `<folder>/<generation>/` and point `<folder>/current` at it.

    In it: `parquet/`, `csv/`, 未収金データ.xlsx, and the files of `beside` by their relative path.
    It appears whole or not at all. Folders of generations that are gone go too.
    """
    folder.mkdir(exist_ok=True)
    place = folder / generation.stem
    is_new = not place.exists()
    if is_new:
        staged = folder / f".{generation.stem}.new"
        _stage(generation, staged)
        _add(staged, beside)
        sync_tree(staged)
        move_folder(staged, place)
    else:
        _add(place, beside)
    point(folder / CURRENT, place.name)
    _drop_without_generation(folder, generation.parent)
    return Extracts(place, is_new)


def _stage(generation: Path, staged: Path) -> None:
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    with open_generation(generation) as connection:
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
