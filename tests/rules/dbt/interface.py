"""What readers of the marts rely on: tables, columns and types, as the YAML of the models tells.

`PYTHONPATH=tests/rules/dbt python -m interface` records it in `interface.yml` beside this, a line a
relation, after `contract_versions` in dbt_project.yml was given a new version where it breaks.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[3] / "dbt_project"
RECORD = Path(__file__).with_name("interface.yml")
HEADING = "# The columns that readers rely on. Recorded by tests/rules/dbt/interface.py.\n"

Interface = dict[str, dict[str, str]]


def current() -> Interface:
    """`schema.model` → column → type (of a view, which has none of its own: '')."""
    marts = {model["name"]: model["columns"] for model in _described("marts")}
    own = {model["name"]: model.get("columns", []) for model in _described("zaisei")}
    found = {
        f"marts.{name}": {str(column["name"]): column["data_type"] for column in columns}
        for name, columns in marts.items()
    }
    for path in (PROJECT / "models" / "zaisei").glob("*.sql"):
        shown = re.search(r"japanese_view\(\s*'(\w+)'", path.read_text("utf-8"))
        columns = _shown(marts[shown[1]]) if shown else [each["name"] for each in own[path.stem]]
        found[f"財政.{path.stem}"] = dict.fromkeys(columns, "")
    return dict(sorted(found.items()))


def _described(folder: str) -> Iterator[dict[str, Any]]:
    for path in (PROJECT / "models" / folder).glob("*.yml"):
        yield from yaml.safe_load(path.read_text("utf-8")).get("models", [])


def _shown(columns: list[dict[str, Any]]) -> list[str]:
    metas = [column.get("config", {}).get("meta", {}) for column in columns]
    return [meta["view"] for meta in metas if "view" in meta]


def recorded() -> tuple[int, Interface]:
    """The recorded version and its interface."""
    record: dict[str, Any] = yaml.safe_load(RECORD.read_text("utf-8"))
    columns = {
        table: dict([*each.split(" ", 1), ""][:2] for each in line.split("; "))
        for table, line in record["columns"].items()
    }
    return record["version"], columns


def declared_version() -> int:
    """The newest version of `contract_versions`."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    return max(each["version"] for each in project["vars"]["contract_versions"])


def broken(before: Interface, after: Interface) -> list[str]:
    """What a reader of `before` would miss in `after`: tables, columns, types. Additions do not."""
    return [
        f"{table}.{column} ({kind})"
        for table, columns in before.items()
        for column, kind in columns.items()
        if after.get(table, {}).get(column) != kind
    ]


def record() -> None:
    """Write the interface of now. Refuses what breaks readers without a new version."""
    version = declared_version()
    if RECORD.exists():
        old_version, before = recorded()
        if version == old_version and (missed := broken(before, current())):
            raise SystemExit(f"raise contract_versions in dbt_project.yml first: {missed}")
    lines = {
        table: "; ".join(f"{name} {kind}".strip() for name, kind in columns.items())
        for table, columns in current().items()
    }
    content = {"version": version, "columns": lines}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10**6)
    RECORD.write_text(HEADING + text, "utf-8")


if __name__ == "__main__":
    record()
