"""Personal data handed in anywhere stays in the raw zone: a canary in every kind of place."""

import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from attack.canaries import NAME, NEEDLES, PHONE, PLACES, canary
from attack.conftest import Handled

from services.home import Home


def test_everything_said_by_commands_is_free_of_them(handled: Handled) -> None:
    assert "個人情報のおそれ" in handled.said
    for needle in (NAME, PHONE, json.dumps(NAME)[1:-1]):
        assert needle not in handled.said


def test_what_the_sensor_asks_for_is_free_of_them(handled: Handled) -> None:
    asked = json.dumps(handled.asked) + json.dumps(handled.asked, ensure_ascii=False)
    for needle in (NAME, PHONE, json.dumps(NAME)[1:-1]):
        assert needle not in handled.cursor and needle not in asked


def test_every_place_is_told_to_the_data_team(handled: Handled) -> None:
    with duckdb.connect(str(handled.home.current), read_only=True) as marts:
        rows = marts.execute(
            "select distinct file, cell from marts.mart_finding where rule = 'personal'"
        ).fetchall()
    told = set(rows)
    assert {(f"{place}.xlsx", cell) for place, cell in PLACES.items()} <= told
    assert {("周り.xlsx", None), ("周り.xlsx", "A1"), ("周り.xlsx", "B2")} <= told
    assert ("残高.xlsx", None) not in told and any(file == "残高.xlsx" for file, _ in told)


def test_the_raw_zone_has_them_and_nothing_else_does(handled: Handled) -> None:
    narrative = [
        words
        for path in handled.home.landing.glob("batch=*/narrative.parquet")
        for words in pq.ParquetFile(path).read()["text"].to_pylist()
    ]
    assert canary(0) in narrative and canary(31) in narrative
    leaks = {
        where
        for path in sorted(handled.home.root.rglob("*"))
        if path.is_file() and not is_raw(path, handled.home)
        for where, content in contents(path)
        if any(needle in content for needle in NEEDLES)
    }
    assert not leaks


def is_raw(path: Path, home: Home) -> bool:
    """The archive, the inbox, free text, and the copies on their way back to their senders."""
    if path.is_relative_to(home.archive) or path.is_relative_to(home.inbox):
        return True
    if path.is_relative_to(home.returned):
        return path.suffix == ".xlsx"
    return path.name == "narrative.parquet"


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of a file, its name, and what is packed in it."""
    yield f"{path}", os.fsencode(path)
    yield f"{path}", path.read_bytes()
    if path.suffix == ".duckdb" and not path.is_symlink():
        yield from ((f"{path} {name}", text) for name, text in texts_of(path))
    elif path.suffix == ".parquet":
        table = pq.ParquetFile(path).read()
        yield f"{path} rows", repr(table.to_pylist()).encode()
    elif path.read_bytes()[:16] == b"SQLite format 3\0":
        with sqlite3.connect(path) as database:
            yield f"{path} dump", "\n".join(database.iterdump()).encode()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                yield f"{path} {name}", package.read(name)


def texts_of(path: Path) -> Iterator[tuple[str, bytes]]:
    with duckdb.connect(str(path), read_only=True) as database:
        tables = database.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        for schema, table in tables:
            rows = database.execute(f'select * from "{schema}"."{table}"').fetchall()  # noqa: S608
            yield f"{schema}.{table}", repr(rows).encode()
