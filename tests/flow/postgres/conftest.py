"""One server for the session, and a small home whose marts tell how often they were changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.postgres import Database, Server, running

from services.generation import publish
from services.home import Home
from services.postgres.serving import Served, serve
from terms.years import TOKYO

AT = datetime(2024, 8, 20, 9, 0, tzinfo=TOKYO)
ROWS = 50


class City:
    """A home with two marts and a view; each generation numbers every row of theirs."""

    def __init__(self, home: Home, database: Database) -> None:
        self.home = home.create()
        self.database = database
        self.number = 0
        self.change(
            "create schema marts",
            "create schema 財政",
            "create table marts.fct_a (generation integer, balance bigint not null)",
            "create table marts.mart_b (generation integer, found varchar, status varchar)",
            "create view 財政.一覧 as select generation as 世代, status as 状態 from marts.mart_b",
        )

    def change(self, *statements: str) -> None:
        """Change the warehouse; readers see nothing of it before the next generation."""
        with duckdb.connect(self.home.warehouse) as connection:
            for statement in statements:
                connection.execute(statement)

    def publish(self) -> int:
        """A new generation, in which every row has its number."""
        self.number += 1
        self.change(
            "delete from marts.fct_a",
            "delete from marts.mart_b",
            f"insert into marts.fct_a (balance) from range({ROWS})",
            f"insert into marts.mart_b (status) from range({ROWS})",
            f"update marts.fct_a set generation = {self.number}",  # noqa: S608
            f"update marts.mart_b set generation = {self.number}, found = 'だれかの文'",  # noqa: S608
        )
        publish(self.home, AT + timedelta(hours=self.number))
        return self.number

    def serve(self, dsn: str | None = None) -> Served:
        """Copy the generation, as the user who may."""
        reader = self.database.reader
        return serve(self.home, dsn or self.database.loader_dsn, reader, self.manifest())

    def manifest(self) -> dict[str, Any]:
        """What dbt would say about these marts."""
        with duckdb.connect(self.home.warehouse) as connection:
            columns = connection.execute(
                "select schema_name, table_name, column_name from duckdb_columns() "
                "where schema_name in ('marts', '財政')"
            ).fetchall()
        nodes: dict[str, Any] = {}
        for schema, name, column in columns:
            node = {"resource_type": "model", "schema": schema, "alias": name, "columns": {}}
            meta = {"free_text": column == "found"}
            nodes.setdefault(name, node)["columns"][column] = {"config": {"meta": meta}}
        return {"nodes": nodes}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for the session."""
    with running() as server:
        yield server


@pytest.fixture
def database(server: Server) -> Database:
    """An empty database."""
    return server.database()


@pytest.fixture
def city(tmp_path: Path, database: Database) -> City:
    """A small city with its first generation in the database."""
    return served_city(tmp_path, database)


def served_city(folder: Path, database: Database) -> City:
    """A small city in a folder, with its first generation in the database."""
    city = City(Home(folder / "home"), database)
    city.publish()
    city.serve()
    return city
