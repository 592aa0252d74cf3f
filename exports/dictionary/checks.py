"""What is checked of a column or table, in words: dbt tests, constraints and soda contracts."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_REFERENCE = re.compile(r"ref\('(\w+)'\)")


class Checks:
    """The checks of the marts. `contracts` are the soda contracts by mart."""

    def __init__(self, manifest: Mapping[str, Any], contracts: Mapping[str, Any]) -> None:
        self.contracts = contracts
        self.nodes = manifest["nodes"]
        self.tests: dict[str, list[dict[str, Any]]] = {}
        for node in self.nodes.values():
            if node["resource_type"] == "test":
                attached = node.get("attached_node")
                for model in [attached] if attached else node["depends_on"]["nodes"]:
                    name = self.nodes.get(model, {}).get("name", "")
                    self.tests.setdefault(name, []).append(node)

    def of_column(self, table: str, column: str) -> tuple[str, ...]:
        """What must hold of one column."""
        return _once(self._of_column(table, column))

    def of_table(
        self, table: str, labels: Mapping[str, str], title: Callable[[str], str]
    ) -> tuple[str, ...]:
        """What must hold of a row or between rows; `labels` are the names of the columns."""
        return _once(self._of_table(table, labels, title))

    def _of_column(self, table: str, column: str) -> Iterable[str]:
        contract = self.contracts.get(table, {})
        for described in contract.get("columns", []):
            if str(described["name"]) == column:
                for check in described.get("checks", []):
                    yield from _of_values(check)
        if any(
            constraint["type"] == "not_null"
            for name, described in self._columns(table).items()
            if name == column
            for constraint in described.get("constraints", [])
        ):
            yield "空欄なし"

    def _of_table(
        self, table: str, labels: Mapping[str, str], title: Callable[[str], str]
    ) -> Iterable[str]:
        def spoken(columns: Iterable[str]) -> str:
            return "×".join(labels.get(column, column) for column in columns)

        for test in self.tests.get(table, []):
            kind = (test.get("test_metadata") or {}).get("name")
            arguments = (test.get("test_metadata") or {}).get("kwargs", {})
            columns = arguments.get("columns") or [test.get("column_name")]
            if kind in ("unique_combination", "unique"):
                yield f"{spoken(columns)}で1行"
            elif kind in ("foreign_key", "relationships"):
                found = _REFERENCE.search(str(arguments["to"]))
                other = title(found[1]) if found else str(arguments["to"])
                yield f"{spoken(columns)}は「{other}」にある"
            elif test["description"]:
                yield test["description"]
        for check in self.contracts.get(table, {}).get("checks", []):
            for kind, details in check.items():
                if kind == "duplicate":
                    yield f"{spoken(details['columns'])}で1行"
                elif kind != "schema":
                    yield details["name"]

    def _columns(self, table: str) -> Mapping[str, Any]:
        return next((n["columns"] for n in self.nodes.values() if n["name"] == table), {})


def _of_values(check: Mapping[str, Any]) -> Iterable[str]:
    for kind, details in check.items():
        if kind == "missing":
            yield "空欄なし"
        elif kind == "invalid":
            yield from _of_valid_values(details)


def _of_valid_values(details: Mapping[str, Any]) -> Iterable[str]:
    if "valid_format" in details:
        yield details["valid_format"]["name"]
    if "valid_values" in details:
        yield f"値は {'、'.join(map(str, details['valid_values']))} のどれか"
    low, high = details.get("valid_min"), details.get("valid_max")
    if low is not None and high is not None:
        yield f"{low}から{high}まで"
    elif low is not None:
        yield f"{low}以上"
    elif high is not None:
        yield f"{high}以下"


def _once(checks: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(checks))
