"""Imports and layers go one way, and the house says nothing about the machine it was built on."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("terms", "ingest exports", "services", "orchestration", "window", "cli")  # from below
MAY_IMPORT = {
    room: {room, *(lower for below in FLOORS[:height] for lower in below.split())}
    for height, floor in enumerate(FLOORS)
    for room in floor.split()
}
READS = {  # a model may read models of these layers
    "staging": {"source"},
    "core": {"staging", "core"},
    "marts": {"core", "marts"},
    "zaisei": {"marts"},
}
REF = re.compile(r"""\{\{\s*(ref|source)\(\s*['"](\w+)['"]""")


def imported(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    names = {
        name
        for node in nodes
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_one_way(package: str) -> None:
    for path in sorted((ROOT / package).rglob("*.py")):
        wrong = (imported(path) & MAY_IMPORT.keys()) - MAY_IMPORT[package]
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


@pytest.mark.parametrize("package", sorted(MAY_IMPORT.keys() - {"orchestration"}))
def test_only_orchestration_knows_dagster(package: str) -> None:
    for path in sorted((ROOT / package).rglob("*.py")):
        assert not imported(path) & {"dagster", "dagster_dbt"}, path.name


def test_only_the_warehouse_knows_dbt_and_soda() -> None:
    for package in MAY_IMPORT:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.parent.name != "warehouse":
                assert not imported(path) & {"dbt", "soda_core"}, path.name


def layers() -> dict[str, str]:
    return {
        path.stem: path.relative_to(ROOT / "dbt_project" / "models").parts[0]
        for path in (ROOT / "dbt_project" / "models").rglob("*.sql")
    }


def test_models_read_only_the_layer_before_theirs() -> None:
    layer = layers()
    for path in sorted((ROOT / "dbt_project" / "models").rglob("*.sql")):
        for kind, name in REF.findall(path.read_text("utf-8")):
            read = "source" if kind == "source" else layer[name]
            assert read in READS[layer[path.stem]], f"{path.stem} reads {name} ({read})"


def test_no_room_and_no_file_grows_beyond_a_glance() -> None:
    rooms: dict[Path, int] = {}
    for floor in " ".join(FLOORS).split():
        for path in (ROOT / floor).rglob("*.py"):
            rooms[path.parent] = rooms.get(path.parent, 0) + 1
            assert len(path.read_text("utf-8").splitlines()) <= 400, path
    assert {room for room, files in rooms.items() if files > 20} == set()


def test_free_text_is_never_read_by_the_warehouse() -> None:
    for path in sorted((ROOT / "dbt_project").rglob("*.*")):
        if path.suffix in {".sql", ".yml"} and "target" not in path.parts:
            assert "narrative" not in path.read_text("utf-8"), path.name


def test_the_lock_carries_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    pinned = re.findall(r"^[a-z0-9._-]+(?:\[[a-z,]+\])?==", lock, re.MULTILINE | re.IGNORECASE)
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE | re.IGNORECASE)[1:]
    assert len(pinned) == len(blocks)
    assert all("--hash=sha256:" in block for block in blocks)
