"""The command `serve-marts` and the asset `postgres_marts` on the marts of a real city."""

import os
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import duckdb
import pytest
from flow.city import RECEIVED, mishukin
from support.postgres import LOGIN, Database, Server

import cli
from orchestration import runs
from orchestration.assets.postgres import postgres_marts
from orchestration.sensors import postgres_sensor
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from services.postgres.source import is_free_text, relations_of
from services.postgres.target import DSN_VARIABLE, READER_VARIABLE, Target
from services.warehouse.build import Warehouse


@pytest.fixture
def told(built_once: Home, database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command's arguments, with the database in the environment."""
    monkeypatch.setenv(DSN_VARIABLE, database.loader_dsn)
    monkeypatch.setenv(READER_VARIABLE, database.reader)
    return ["--home", str(built_once.root), "serve-marts"]


def relations(home: Home) -> list[tuple[str, str, str]]:
    """Schema, name and readable columns of every relation of the generation."""
    manifest = Warehouse(home).manifest()
    with duckdb.connect(home.current.resolve(), read_only=True) as generation:
        return [
            (one.schema, one.name, ", ".join(f'"{column.name}"' for column in one.columns))
            for one in relations_of(generation, manifest)
        ]


def test_every_relation_arrives_row_for_row_with_its_comments(
    built_once: Home, database: Database, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(told) == Exit.DONE
    copied = relations(built_once)
    assert f"({len(copied)}表、" in capsys.readouterr().out
    clerk = database.clerk()
    with duckdb.connect(built_once.current.resolve(), read_only=True) as generation:
        for schema, name, columns in copied:
            query = f'select {columns} from "{schema}"."{name}"'  # noqa: S608
            rows = generation.execute(query).fetchall()
            assert in_order(database.ask(query, user=clerk)) == in_order(rows), name
        comments = generation.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            "where schema_name in ('marts', '財政')"
        ).fetchall()
    said = database.ask(
        "select nspname, relname, attname, col_description(attrelid, attnum) from pg_attribute "
        "join pg_class on attrelid = pg_class.oid join pg_namespace on relnamespace = "
        "pg_namespace.oid where attnum > 0 and nspname in ('marts', '財政')"
    )
    assert set(said) < set(comments)
    names = {(schema, name) for schema, name, _ in copied}
    assert {(schema, name) for schema, name, *_ in said} == names


def in_order(rows: list[tuple[Any, ...]]) -> list[str]:
    """Rows to compare, whatever their order and the time zone a moment is told in."""
    return sorted(
        repr([v.astimezone(UTC) if isinstance(v, datetime) else v for v in row]) for row in rows
    )


def test_nothing_that_was_typed_as_a_sentence_is_in_the_database(
    built_once: Home, database: Database, told: list[str]
) -> None:
    assert cli.run(told) == Exit.DONE
    marked = {
        (node["schema"], node["alias"], name)
        for node in Warehouse(built_once).manifest()["nodes"].values()
        if node["resource_type"] == "model"
        for name, column in node["columns"].items()
        if is_free_text(column)
    }
    there = database.ask(
        "select table_schema, table_name, column_name from information_schema.columns"
    )
    assert len(marked) >= 16
    assert marked & set(there) == set()


def test_a_build_copies_its_generation(built: Home, database: Database, told: list[str]) -> None:
    outcome = runs.build(built, stopped_at(RECEIVED))
    assert (outcome.code, len(outcome.messages)) == (Exit.DONE, 1)
    assert "PostgreSQLに写しました" in outcome.messages[0]
    (mark,) = database.ask("select obj_description('marts'::regnamespace)")[0]
    assert built.current.resolve().stem in mark


def test_a_server_that_is_away_is_told_after_what_was_done(
    built: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DSN_VARIABLE, f"host={built.root} password=hunter2")
    outcome = runs.Outcome(results=["marts/x.duckdb"])
    with runs.runner(built, stopped_at(RECEIVED)) as running:
        runs.add_postgres(running, outcome)
    assert (outcome.code, outcome.results) == (Exit.UNEXPECTED, ["marts/x.duckdb"])
    (said,) = outcome.messages
    assert "応答しません" in said
    assert not stored(built, b"hunter2")


def stored(home: Home, word: bytes) -> bool:
    """Whether any file of the home holds the word."""
    return any(word in path.read_bytes() for path in home.root.rglob("*") if path.is_file())


def test_without_a_server_the_asset_does_nothing_and_says_so(built_once: Home) -> None:
    resources: dict[str, Any] = {
        "home": built_once, "postgres": Target(), "warehouse": Warehouse(built_once),
    }  # fmt: skip
    done = dg.materialize([postgres_marts], resources=resources, selection=[postgres_marts])
    (event,) = done.asset_materializations_for_node("postgres_marts")
    assert "写しませんでした" in str(event.metadata["said"].value)
    with dg.build_sensor_context(resources=resources) as context:
        assert isinstance(postgres_sensor(context), dg.SkipReason)


def test_the_sensor_asks_once_for_each_generation(built_once: Home) -> None:
    resources = {"home": built_once, "postgres": Target("dbname=city")}
    with dg.build_sensor_context(resources=resources) as context:
        asked = postgres_sensor(context)
    assert isinstance(asked, dg.RunRequest)
    assert asked.run_key == built_once.current.resolve().stem


@pytest.mark.parametrize(
    ("dsn", "code", "said"),
    [
        ("", Exit.USAGE, DSN_VARIABLE),
        ("postgres:hunter2", Exit.USAGE, "書き方が違います"),
        ("host={folder} nosuch=hunter2", Exit.USAGE, "書き方が違います"),
        ("host={folder}/none password=hunter2", Exit.UNEXPECTED, "応答しません"),
        ("host=127.0.0.1 port=1 password=hunter2", Exit.UNEXPECTED, "応答しません"),
        ("host={folder} dbname=nosuch user=owner", Exit.UNEXPECTED, "つながせてもらえません"),
        ("host={folder} dbname={name} user={name}_loader password=hunter2",
         Exit.UNEXPECTED, "つながせてもらえません"),
    ],
)  # fmt: skip
def test_no_way_in_is_one_line_that_never_shows_the_dsn(
    built_once: Home, server: Server, database: Database, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, dsn: str, code: Exit, said: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("MISHUKIN_DEBUG", "1")
    place = dsn.format(folder=server.folder, name=database.name)
    assert cli.run(["--home", str(built_once.root), "serve-marts", "--dsn", place]) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert len(captured.err.splitlines()) == 1
    assert "hunter2" not in captured.out + captured.err


def test_before_the_first_build_there_is_nothing_to_copy(built: Home, database: Database) -> None:
    built.current.unlink()
    ended = mishukin(built, "serve-marts", **{DSN_VARIABLE: database.loader_dsn})
    assert ended.code == Exit.USAGE
    assert ended.err == "公開用データがまだありません。先に mishukin run を実行してください。\n"


def test_help_names_the_variable_and_not_its_value(database: Database) -> None:
    ended = mishukin(Home(database.server.folder), "serve-marts", "--help", **os.environ,
                     **{DSN_VARIABLE: f"password={LOGIN}"})  # fmt: skip
    assert DSN_VARIABLE in ended.out
    assert LOGIN not in ended.out
