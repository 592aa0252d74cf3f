"""From a failing row of a dbt test back to the workbook, the sheet and the cell.

The rows a test found are those of its query, asked again where it did not pass. A row of the
marts carries its submission_id, and source_item (the row of the form); the landing zone knows the
cell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from services.home import Home
from services.query import Table
from services.warehouse.build import NodeResult

ROWS_SHOWN = 20
# What a test without a description of its own checks; {column} is the column it is about.
GENERIC = {
    "unique": "{column}が重複しています",
    "not_null": "{column}がありません",
    "accepted_values": "{column}が決められた値ではありません",
    "relationships": "{column}の参照先がありません",
    "foreign_key": "{column}の参照先がありません",
    "unique_combination": "同じキー({column})の行が重複しています",
}
KEY_COLUMNS = (
    "municipality_code",
    "claim_number",
    "department",
    "fiscal_year",
    "as_of",
    "scenario",
    "part",
    "status_code",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """One row that fails a test, and the place in a workbook it came from, as far as known."""

    file: str | None
    sheet: str | None
    cell: str | None
    message: str

    def __str__(self) -> str:
        """`file › sheet!cell message`."""
        if self.file is None:
            return self.message
        place = (self.sheet or "") + (f"!{self.cell}" if self.cell else "")
        return f"{self.file} › {place} {self.message}"


def tested_model(test: Mapping[str, Any]) -> str:
    """The model a test stands with; one over several models stands with the last layer's."""
    if test.get("attached_node"):
        return str(test["attached_node"])
    models = [name for name in test["depends_on"]["nodes"] if not name.startswith("source.")]
    # fct_, mart_ and zaisei_ stand on int_, and that on stg_.
    order = ("stg_", "int_", "dim_", "fct_", "mart_", "zaisei_")
    return str(max(models, key=lambda name: (_rank(name.rsplit(".", 1)[-1], order), name)))


def _rank(name: str, order: tuple[str, ...]) -> int:
    return next((rank for rank, start in enumerate(order) if name.startswith(start)), -1)


def title(test: Mapping[str, Any]) -> str:
    """What a test of the manifest demands, in Japanese."""
    if test.get("description"):
        return str(test["description"])
    metadata = test.get("test_metadata") or {}
    arguments = metadata.get("kwargs") or {}
    about = test.get("column_name") or ", ".join(arguments.get("columns") or [])
    pattern = GENERIC.get(str(metadata.get("name")))
    return pattern.format(column=about) if pattern else str(test["name"])


def explain(
    home: Home, results: list[NodeResult], manifest: Mapping[str, Any]
) -> dict[str, list[Failure]]:
    """The failures of each failed test, by its unique id. The warehouse must be closed."""
    found: dict[str, list[Failure]] = {}
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        for result in results:
            test = manifest["nodes"][result.unique_id]
            found[result.unique_id] = list(_failures(connection, test, result))
    return found


def _failures(
    connection: duckdb.DuckDBPyConnection, test: Mapping[str, Any], result: NodeResult
) -> Iterator[Failure]:
    demand = title(test)
    if not result.failures:
        yield Failure(None, None, None, f"{demand}: 検査を実行できません({result.message})")
        return
    rows = _rows(connection, test, result.compiled_code)
    for row in rows:
        yield from _places(connection, row, f"{demand} {_key(row)}".rstrip())
    if result.failures > len(rows):
        yield Failure(None, None, None, f"{demand}: ほか{result.failures - len(rows):,}行")


def _rows(
    connection: duckdb.DuckDBPyConnection, test: Mapping[str, Any], query: str
) -> list[dict[str, Any]]:
    found = f"(\n{query}\n)"
    rows = Table.of(connection.execute(f"from {found} limit {ROWS_SHOWN}")).records
    column = test.get("column_name")
    if not column or not rows or "submission_id" in rows[0]:
        return rows
    # A generic test keeps only the values: look the rows up where they stand.
    model = test["attached_node"].rsplit(".", 1)[-1]
    relation = connection.execute(
        "select schema_name, table_name from duckdb_columns() where table_name = ? limit 1",
        [model],
    ).fetchone()
    if relation is None:
        return rows
    value = next(iter(rows[0]))
    where_they_stand = connection.execute(
        f"""
        select * from "{relation[0]}"."{relation[1]}"
        where "{column}" in (select "{value}" from {found}) limit {ROWS_SHOWN}
        """  # noqa: S608
    )
    return Table.of(where_they_stand).records


def _places(
    connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any], message: str
) -> Iterator[Failure]:
    if not row.get("submission_id"):
        yield Failure(None, None, None, message)
        return
    item = row.get("source_item", row.get("item"))
    found = connection.execute(
        """
        select any_value(s.file) as file, any_value(s.sheet) as sheet,
            list(distinct c.cell order by c.cell) filter (c.cell is not null) as cells
        from staging.stg_submission as s
        left join staging.stg_cell as c
            on s.submission_id = c.submission_id
            and ($item is not null and c.item = $item)
            and ($measure is null or c.measure = $measure)
            and ($block is null or c.block = $block)
            -- Where columns are years, the year that is wrong.
            and ($year is null or c.fiscal_year is null or c.fiscal_year = $year)
            -- Of a row of section 2, the columns of the part that is wrong.
            and ($part is null or c.block <> 'collection' or ends_with(c.measure, '_' || $part))
        where s.submission_id = $submission
        group by s.submission_id
        """,
        {
            "submission": row["submission_id"],
            "item": item,
            # A plan's own measure is not a column of its table.
            "measure": row.get("source_measure", row.get("measure")),
            "year": row.get("fiscal_year"),
            "block": row.get("block"),
            "part": row.get("part"),
        },
    )
    for place in Table.of(found).records or [{"file": None, "sheet": None, "cells": None}]:
        cells = "、".join(place["cells"] or ()) or None
        yield Failure(place["file"], place["sheet"], cells, message)


def _key(row: Mapping[str, Any]) -> str:
    parts = [f"{name}={row[name]}" for name in KEY_COLUMNS if row.get(name) is not None]
    return f"({', '.join(parts)})" if parts else ""
