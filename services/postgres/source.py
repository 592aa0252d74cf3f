"""What is copied: the relations of a generation that the models describe, without free text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from exports.press.quoting import quoted
from services.exits import Stop

# Named as PostgreSQL names them, so that the tables there can be compared with these.
TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double precision",
    "HUGEINT": "numeric(38,0)",
    "INTEGER": "integer",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "VARCHAR": "text",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` is PostgreSQL's name for it."""

    name: str
    type: str
    is_required: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view of the generation: a table in PostgreSQL."""

    schema: str
    name: str
    comment: str
    columns: tuple[Column, ...]


def relations_of(
    generation: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]
) -> list[Relation]:
    """The relations that dbt's models describe, in the order of their names.

    Raises Stop where a relation has a column its model does not know: the generation was made by
    another version of the models, which cannot tell what is free text.
    """
    models = {
        (node["schema"], node["alias"]): node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    return [
        Relation(schema, name, comment or "", _columns(generation, models[schema, name]))
        for schema, name, comment in _found(generation)
        if (schema, name) in models
    ]


def write_rows(generation: duckdb.DuckDBPyConnection, relation: Relation, file: Path) -> int:
    """Write the rows as CSV that PostgreSQL reads, and return their number.

    What is quoted is a value, also an empty text; what is not there is not quoted. PostgreSQL's
    text has no NUL character: it is left out.
    """
    columns = ", ".join(
        f"replace({name}, chr(0), '')" if column.type == "text" else name
        for column in relation.columns
        for name in (quoted(column.name),)
    )
    query = f"select {columns} from {quoted(relation.schema, relation.name)}"  # noqa: S608
    options = "format csv, header false, nullstr '', force_quote *"
    ((count,),) = generation.execute(f"copy ({query}) to ? ({options})", [str(file)]).fetchall()
    return int(count)


def is_free_text(column: Mapping[str, Any]) -> bool:
    """Whether the model's YAML marks the column: `config: {meta: {free_text: true}}`."""
    return bool(column["config"]["meta"].get("free_text"))


def _found(generation: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str | None]]:
    return generation.execute(
        """
        select schema_name, table_name, comment from duckdb_tables()
        where database_name = current_database()
        union all
        select schema_name, view_name, comment from duckdb_views()
        where database_name = current_database() and not internal
        order by all
        """
    ).fetchall()


def _columns(generation: duckdb.DuckDBPyConnection, model: Mapping[str, Any]) -> tuple[Column, ...]:
    described = model["columns"]
    found = generation.execute(
        """
        select column_name, data_type, not is_nullable, comment from duckdb_columns()
        where
            database_name = current_database()
            and schema_name = $schema
            and table_name = $relation
        order by column_index
        """,
        {"schema": model["schema"], "relation": model["alias"]},
    ).fetchall()
    if unknown := [name for name, *_ in found if name not in described]:
        raise Stop(
            f"{model['schema']}.{model['alias']} に、モデルの説明にない列があります: "
            f"{'、'.join(unknown)}。mishukin build で公開用データを作り直してください。"
        )
    return tuple(
        Column(name, _type(kind), is_required, comment or "")
        for name, kind, is_required, comment in found
        if not is_free_text(described[name])
    )


def _type(kind: str) -> str:
    return kind.lower().replace("decimal", "numeric") if kind[:7] == "DECIMAL" else TYPES[kind]
