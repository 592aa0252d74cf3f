"""Which figures of an answer are figures of a mart's row, and so lead to their cells.

A column of an answer is one of a mart where the query hands it on untouched, through CTEs,
subqueries and joins. A figure leads to its origin where the answer tells so much of the mart's row
that it is the only one; anything added up or computed leads nowhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from exports.press.quoting import quoted
from services.exits import Stop
from services.home import Home
from services.query import Table, connect, connect_as_of
from services.trace.catalogue import Catalogue
from services.trace.landed import Landed
from services.trace.lineage import lineage_of
from services.trace.rows import KEYS, Marts, written
from services.trace.walk import Walk

Node = Mapping[str, Any]
# What tells a row of a mart, beside the keys.
TELLING = (*KEYS, "submission_id", "source_item")
# By which name a column is called in a query, and what it is.
Columns = dict[str, "Handed | None"]


@dataclass(frozen=True, slots=True)
class Handed:
    """A column of a mart, handed on; `of` tells two readings of the same mart apart."""

    mart: str
    of: int
    column: str


def origins_of(
    home: Home,
    sql: str,
    known_at: str | None,
    table: Table,
    rows: Sequence[tuple[Any, ...]],
) -> list[dict[str, Any]]:
    """For each reading of a mart: its columns with figures, and for each row what tells it.

    `columns` are names of the mart by the places of the answer's columns; a row is told by columns
    of the mart and their values, or is None where the answer does not say which row it is. Raises
    Stop and duckdb.Error where nothing can be told.
    """
    with ExitStack() as stack:
        newest = stack.enter_context(closing(connect(home)))
        catalogue = Catalogue(newest)
        handed = _Query(newest, catalogue).columns(sql)
        names = [name for name, _ in handed]  # "" where the database makes one up
        if len(names) != len(table.columns) or any(
            name and name != column for name, column in zip(names, table.columns, strict=True)
        ):
            return []
        marts = dict.fromkeys(each.mart for _, each in handed if each)
        connection = newest
        if known_at is not None and marts:
            connection = stack.enter_context(
                closing(connect_as_of(home, known_at, " ".join(marts)))
            )
        return list(_told(home, connection, catalogue, handed, rows))


def _told(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    handed: Sequence[tuple[str, Handed | None]],
    rows: Sequence[tuple[Any, ...]],
) -> Iterator[dict[str, Any]]:
    walk = Walk(Marts(connection, catalogue), Landed(home.landing))
    for mart, of in dict.fromkeys((each.mart, each.of) for _, each in handed if each):
        mine = {
            place: each.column
            for place, (_, each) in enumerate(handed)
            if each and (each.mart, each.of) == (mart, of)
        }
        traceable = set(walk.traceable(mart))
        figures = {
            place: name
            for place, name in mine.items()
            if name in traceable and any(_is_figure(row[place]) for row in rows)
        }
        if figures:
            said = {
                nth: name for nth, name in mine.items() if name in (*TELLING, *figures.values())
            }
            told = _rows_told(connection, catalogue, mart, said, rows)
            yield {"mart": mart, "columns": figures, "rows": told}


def _rows_told(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    mart: str,
    said: Mapping[int, str],
    rows: Sequence[tuple[Any, ...]],
) -> list[dict[str, str] | None]:
    """By which keys each row of the answer is one row of the mart: the only one that agrees."""
    there = catalogue.comments(mart)
    keys = [name for name in TELLING if name in there]
    names = ", ".join(map(quoted, (*said.values(), *keys)))
    found = connection.execute(f"select {names} from {quoted('marts', mart)}").fetchall()  # noqa: S608
    there_are = [tuple(map(written, row)) for row in found]
    agreeing: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for row in there_are:
        agreeing.setdefault(row[: len(said)], []).append(row[len(said) :])
    telling = _fewest(keys, [row[len(said) :] for row in there_are])
    told: list[dict[str, str] | None] = []
    for line in rows:
        values = tuple(catalogue.code(name, written(line[nth])) for nth, name in said.items())
        one = agreeing.get(values, ())
        told.append({keys[k]: one[0][k] for k in telling} if telling and len(one) == 1 else None)
    return told


def _fewest(keys: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[int]:
    """The places of as few keys as tell all rows apart; none where all together do not."""
    places = list(range(len(keys)))
    if not _are_apart(rows, places):
        return []
    for place in reversed(range(len(keys))):
        fewer = [each for each in places if each != place]
        if fewer and _are_apart(rows, fewer):
            places = fewer
    return places


def _are_apart(rows: Sequence[tuple[str, ...]], places: Sequence[int]) -> bool:
    return len({tuple(row[place] for place in places) for row in rows}) == len(rows)


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


# By these a star leaves out, renames or computes columns.
_CHOOSING = (
    "exclude_list", "replace_list", "rename_list", "qualified_exclude_list", "expr", "columns",
)  # fmt: skip
# The CTEs that a query may name, each with those that it may name itself.
Known = Mapping[str, tuple[Node, "Known"]]


class _Query:
    """A query taken apart, as far as it hands columns on."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._readings = 0

    def columns(self, sql: str) -> list[tuple[str, Handed | None]]:
        """The columns of the answer in their order. Raises Stop for what is no simple query."""
        (text,) = self._connection.execute("select json_serialize_sql(?)", [sql]).fetchone() or (
            "",
        )
        statements = json.loads(text).get("statements", ())
        if len(statements) != 1:
            raise Stop("一つの select ではありません。")
        return self._of_node(statements[0]["node"], {})

    def _of_node(self, node: Node, known: Known) -> list[tuple[str, Handed | None]]:
        if node["type"] != "SELECT_NODE":
            raise Stop("単純な select ではありません。")
        for each in node["cte_map"]["map"]:  # one knows those before it
            known = {**known, each["key"].casefold(): (each["value"]["query"]["node"], known)}
        relations = self._relations(node["from_table"], known)
        is_whole = node["aggregate_handling"] == "STANDARD_HANDLING" and not (
            node["group_expressions"] or node["group_sets"] or node["having"]
        )
        found: list[tuple[str, Handed | None]] = []
        for column in node["select_list"]:
            found += self._of_column(column, relations)
        return [(name, each if is_whole else None) for name, each in found]

    def _of_column(
        self, column: Node, relations: Mapping[str, Columns]
    ) -> list[tuple[str, Handed | None]]:
        if column["class"] == "STAR":
            plain = (
                "exclude_list",
                "replace_list",
                "rename_list",
                "qualified_exclude_list",
                "expr",
            )
            if any(column.get(each) for each in plain) or column.get("columns"):
                raise Stop("列を選ぶ * は、たどりません。")
            wanted = column["relation_name"].casefold()
            named = [r for name, r in relations.items() if wanted in ("", name)]
            return [(name, each) for relation in named for name, each in relation.items()]
        if column["class"] != "COLUMN_REF":
            return [(column["alias"] or "", None)]
        *whose, name = column["column_names"]
        alias = column["alias"] or name
        if whose:
            relation: Columns = relations.get(whose[-1].casefold(), {})
            return [(alias, _named(relation, name))]
        there = [each for relation in relations.values() if (each := _named(relation, name))]
        return [(alias, there[0] if len(there) == 1 else None)]

    def _relations(self, table: Node, known: Known) -> dict[str, Columns]:
        """What a query reads from, by the names it gives them."""
        match table["type"]:
            case "JOIN":
                left = self._relations(table["left"], known)
                right = self._relations(table["right"], known)
                if table["using_columns"] or table["ref_type"] != "REGULAR" or left.keys() & right:
                    raise Stop("このつなぎ方は、たどりません。")
                return {**left, **right}
            case "SUBQUERY":
                node = table["subquery"]["node"]
                return {table["alias"].casefold(): dict(self._of_node(node, known))}
            case "BASE_TABLE":
                name = table["table_name"]
                columns = self._of_table(table["schema_name"], name, known)
                return {(table["alias"] or name).casefold(): columns}
            case "EMPTY":
                return {}
        raise Stop("この読み方は、たどりません。")

    def _of_table(self, schema: str, name: str, known: Known) -> Columns:
        cte = None if schema else known.get(name.casefold())
        if cte:
            return dict(self._of_node(*cte))
        self._readings += 1
        view = self._catalogue.views.get(name) if schema in ("", "財政") else None
        mart = view.mart if view else name
        own = self._names("財政" if view else "marts", name)
        if not lineage_of(mart):
            return dict.fromkeys(own)
        of_mart = view.columns if view else dict(zip(own, own, strict=True))
        return {
            each: Handed(mart, self._readings, of_mart[each]) if each in of_mart else None
            for each in own
        }

    def _names(self, schema: str, table: str) -> list[str]:
        """The columns of a mart or view in their order."""
        rows = self._connection.execute(
            "select column_name from duckdb_columns() where table_name = ? and schema_name = ?"
            " order by column_index",
            [table, schema],
        ).fetchall()
        return [column for (column,) in rows]


def _named(relation: Columns, name: str) -> Handed | None:
    """Names are the same in any case."""
    return next((each for key, each in relation.items() if key.casefold() == name.casefold()), None)
