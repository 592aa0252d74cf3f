"""From a home to PostgreSQL: what `mishukin serve-marts` and the asset `postgres_marts` do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exports.marts import opened
from services.generation import compared
from services.home import Home
from services.postgres.copying import copy
from services.postgres.server import connect, refusals
from services.postgres.source import relations_of


@dataclass(frozen=True, slots=True)
class Served:
    """What stands in PostgreSQL now. `is_new` is false where it stood there already."""

    generation: str
    tables: int
    rows: int
    is_new: bool

    def __str__(self) -> str:
        if not self.is_new:
            return f"PostgreSQLには同じ公開用データ({self.generation})がすでにあります。"
        return (
            f"公開用データ {self.generation} をPostgreSQLに写しました"
            f"({self.tables}表、{self.rows:,}行)。"
        )


def serve(home: Home, dsn: str, reader: str, manifest: Mapping[str, Any]) -> Served:
    """Copy the current generation to PostgreSQL and let `reader` read it.

    `manifest` is dbt's: what its models do not describe is not copied. Raises Stop with one line
    for the staff (no server, no right, another's schema …), NoGenerationError before the first
    build, UnusableError; what stood there then stands there still.
    """
    path = compared(home)
    with opened(path) as generation:
        relations = relations_of(generation, manifest)
        with refusals(), connect(dsn) as server:
            rows = copy(server, generation, path.stem, relations, reader)
    return Served(path.stem, len(relations), rows or 0, is_new=rows is not None)
