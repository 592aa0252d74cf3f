"""What readers of the marts rely on: tables, columns and types, as the YAML of the models tells.

`PYTHONPATH=tests/unit/dbt python -m interface` records it in `dbt_project/interface.yml`, after
`contract_versions` in dbt_project.yml was given a new version where something breaks.
"""

from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[3] / "dbt_project"
RECORD = PROJECT / "interface.yml"
HEADING = "# The columns that readers rely on. Recorded by tests/unit/dbt/interface.py.\n"
# Views have no types of their own.
FOLDERS = {"marts": "marts", "zaisei": "財政"}

Interface = dict[str, dict[str, str]]


def current() -> Interface:
    """`schema.model` → column → type (of a view: 'view') of the models as they are now."""
    found: Interface = {}
    for folder, schema in FOLDERS.items():
        for path in sorted((PROJECT / "models" / folder).glob("*.yml")):
            for model in yaml.safe_load(path.read_text("utf-8")).get("models", []):
                found[f"{schema}.{model['name']}"] = {
                    str(column["name"]): column.get("data_type", "view")
                    for column in model["columns"]
                }
    return dict(sorted(found.items()))


def recorded() -> tuple[int, Interface]:
    """The recorded version and its interface."""
    record: dict[str, Any] = yaml.safe_load(RECORD.read_text("utf-8"))
    return record["version"], record["columns"]


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
    content = {"version": version, "columns": current()}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    RECORD.write_text(HEADING + text, "utf-8")


if __name__ == "__main__":
    record()
