"""The soda contracts of the marts, made from what the YAML of each mart says.

A column's type and NOT NULL are promised as they are declared; which codes it may hold and how it
is written, its name tells (`terms/`) or `config.meta`: `codes` (another list), `values` (some of
it, or others), `also`, `format`, `min`, `max`, `required`. What no row of a mart may be,
and what a query may never find, stands in the mart's `promises`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from terms import codes

DATASET = "warehouse/marts"
# What a type is called by the database, where dbt's YAML may say it shorter.
TYPES = {"timestamptz": "timestamp with time zone"}
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")

Spec = dict[str, Any]


def contracts(manifest: Mapping[str, Any]) -> dict[str, Spec]:
    """The contract of every mart of dbt's parsed project, as soda's YAML has it, by mart.

    Histories have the columns of the marts that they are the histories of.
    """
    nodes = manifest["nodes"]
    return {
        node["name"]: _contract(node, _keys(nodes, unique_id))
        for unique_id, node in sorted(nodes.items())
        if node["resource_type"] == "model"
        and node["schema"] == "marts"
        and not node["name"].endswith("_history")
    }


def _keys(nodes: Mapping[str, Any], unique_id: str) -> list[list[str]]:
    """The combinations of columns of which a row is the only one."""
    tests = [
        node["test_metadata"]
        for node in nodes.values()
        if node.get("attached_node") == unique_id and node.get("test_metadata")
    ]
    return [
        test["kwargs"].get("columns") or [test["kwargs"]["column_name"]]
        for test in tests
        if test["name"] in ("unique", "unique_combination")
    ]


def _contract(node: Mapping[str, Any], keys: list[list[str]]) -> Spec:
    promises = enumerate(node["config"]["meta"].get("promises", []), 1)
    return {
        "dataset": f"{DATASET}/{node['name']}",
        "columns": [_column(column) for column in node["columns"].values()],
        "checks": [
            {"schema": None},
            *({"duplicate": {"columns": key}} for key in keys),
            *({"failed_rows": _failed_rows(number, promise)} for number, promise in promises),
        ],
    }


def _failed_rows(number: int, promise: Mapping[str, str]) -> Spec:
    wrong = {"never": "expression", "none_in": "query"}
    found = {wrong[key]: sql for key, sql in promise.items() if key in wrong}
    return {"name": promise["name"], "qualifier": f"q{number}", **found}


def _column(column: Mapping[str, Any]) -> Spec:
    checks = list(_checks(column))
    return {
        "name": column["name"],
        **_type(column["data_type"]),
        **({"checks": checks} if checks else {}),
    }


def _type(declared: str) -> Spec:
    if found := _DECIMAL.fullmatch(declared):
        precision, scale = map(int, found.groups())
        return {"data_type": "decimal", "numeric_precision": precision, "numeric_scale": scale}
    return {"data_type": TYPES.get(declared, declared)}


def _checks(column: Mapping[str, Any]) -> Iterator[Spec]:
    meta = column["config"]["meta"]
    is_not_null = any(each["type"] == "not_null" for each in column["constraints"])
    if is_not_null or meta.get("required"):
        yield {"missing": None}
    if valid := _valid(column["name"], meta):
        yield {"invalid": valid}


def _valid(name: str, meta: Mapping[str, Any]) -> Spec:
    of, written = meta.get("codes", name), meta.get("format", name)
    values = meta.get("values") or (codes.codes(of) if codes.is_list(of) else ())
    bounds = {f"valid_{bound}": meta[bound] for bound in ("min", "max") if bound in meta}
    if values:
        return {"valid_values": [*values, *meta.get("also", [])]}
    if form := codes.formats().get(written):
        return {"valid_format": dict(form)}
    return bounds
