"""What marts, columns and codes are called in Japanese: as the views of schema 財政 say it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from services.query import Table

Node = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A view of schema 財政: the mart behind it, and its columns by their Japanese names."""

    name: str
    mart: str
    columns: Mapping[str, str]


class Catalogue:
    """The names and descriptions of one generation, its measures and submissions."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._submissions: dict[str, Row] = {}

    @cached_property
    def views(self) -> Mapping[str, View]:
        """The views by name."""
        return {name: _view(name, query) for name, query in self._queries.items()}

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """The codes of a mart's columns, and what a view shows instead: scenario: actual: 実績."""
        labels: dict[str, dict[str, str]] = {}
        for query in self._queries.values():
            for column in query["select_list"]:
                for name, code, label in _cases(column):
                    labels.setdefault(name, {}).setdefault(code, label)
        return labels

    def columns(self, mart: str) -> dict[str, str]:
        """The columns of a mart by the names that views on it give them."""
        views = [view for view in self.views.values() if view.mart == mart]
        return {name: column for view in views for name, column in view.columns.items()}

    def said(self, column: str, value: object) -> str:
        """A value of a mart as staff read it."""
        return self.labels.get(column, {}).get(str(value), str(value))

    def code(self, column: str, value: str) -> str:
        """The code of what staff write, or what they wrote."""
        codes = {label: code for code, label in self.labels.get(column, {}).items()}
        return codes.get(value, value)

    def comments(self, mart: str) -> dict[str, str]:
        """The columns of a mart in their order, and what each is; none where there is no mart."""
        rows = self._connection.execute(
            "select column_name, coalesce(comment, '') from duckdb_columns()"
            " where schema_name = 'marts' and table_name = ? order by column_index",
            [mart],
        ).fetchall()
        return dict(rows)

    @cached_property
    def measures(self) -> Mapping[str, Row]:
        """The rows of dim_measure by name."""
        return {row["measure"]: row for row in self.rows("select * from dim_measure")}

    def submission(self, submission_id: str) -> Row:
        """What is known of a submission: a row of mart_submission. A total asks often."""
        if submission_id not in self._submissions:
            query = "select * from mart_submission where submission_id = $submission_id"
            self._submissions[submission_id] = self.rows(query, {"submission_id": submission_id})[0]
        return self._submissions[submission_id]

    def rows(self, sql: str, values: Row | None = None) -> list[dict[str, Any]]:
        """The rows of a query; `$name` in it is the value of that name."""
        return rows_of(self._connection, sql, values)

    @cached_property
    def _queries(self) -> Mapping[str, Node]:
        """The views' queries, taken apart."""
        rows = self._connection.execute(
            "select view_name, json_serialize_sql(regexp_replace(sql, '^.*? AS ', '', 's'))"
            " from duckdb_views() where schema_name = '財政' order by view_name"
        ).fetchall()
        return {name: json.loads(query)["statements"][0]["node"] for name, query in rows}


def rows_of(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Row | None = None
) -> list[dict[str, Any]]:
    """The rows of a query; `$name` in it is the value of that name, or NULL."""
    named = {name: (values or {}).get(name) for name in re.findall(r"\$(\w+)", sql)}
    return Table.of(connection.execute(sql, named or None)).records


def _view(name: str, query: Node) -> View:
    columns = {}
    for column in query["select_list"]:
        used = list(dict.fromkeys(ref["column_names"][-1] for ref in _references(column)))
        if len(used) == 1:
            columns[column["alias"] or used[0]] = used[0]
    return View(name, _mart(query["from_table"], query["cte_map"]["map"]), columns)


def _mart(table: Node, named: list[Node]) -> str:
    """The mart a query reads first, through its CTEs."""
    while table["type"] == "JOIN":
        table = table["left"]
    for cte in named:
        if cte["key"] == table["table_name"]:
            node = cte["value"]["query"]["node"]
            return _mart(node["from_table"], named)
    return str(table["table_name"])


def _references(node: object) -> Iterator[Node]:
    if isinstance(node, Mapping):
        if node.get("class") == "COLUMN_REF":
            yield node
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def _cases(column: Node) -> Iterator[tuple[str, str, str]]:
    """Column, code and label of `case column when 'code' then 'label' … end`."""
    for check in column.get("case_checks", ()):
        asked, label = check["when_expr"], check["then_expr"]
        if asked["type"] == "COMPARE_EQUAL" and label["class"] == "CONSTANT":
            yield (
                asked["left"]["column_names"][-1],
                str(asked["right"]["value"]["value"]),
                str(label["value"]["value"]),
            )
