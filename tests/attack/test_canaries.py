"""Personal data handed in anywhere stays in the raw zone: a canary in every kind of place."""

import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest
from flow.city import CODE, OSAKA, RECEIVED, balance_report, mishukin
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from support.workbooks import edited, saved

from orchestration import runs
from orchestration.instance import open_instance
from orchestration.sensors import inbox_sensor
from services import releases
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from terms.years import TOKYO

JULY = date(2020, 7, 31)
# The calendar's day of publication.
LATER = datetime(2020, 10, 30, 9, 0, tzinfo=TOKYO)
NAME, PHONE = "佐藤花子", "090-5555-00"
# As text, as UTF-16, and as JSON writes what is not ASCII.
NEEDLES = [
    needle
    for word in (NAME, PHONE)
    for needle in (word.encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode())
]
REGISTER = f"団体コード,債権整理番号,債権名,債権区分,所属\n{CODE},003,就学援助費,私,総務局\n"
PLACES = {  # cells of every kind on an annual form; each is on a workbook and a claim of its own
    "自由記述": "B36",
    "数値": "D13",
    "表の外": "Z70",
    "債権名": "R3",
    "所属": "B3",
    "担当": "F3",
    "債権区分": "N3",
    "達成状況": "B6",
    "見出し": "E10",
}


def canary(n: int) -> str:
    return f"{NAME} {PHONE}{n:02d}"


def of_claim(n: int, cell: str) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        book.worksheets[0]["J3"].value = str(100 + n)
        book.worksheets[0][cell].value = canary(n)

    return edit


def around_the_cells(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet["D13"].comment = Comment(canary(21), canary(22))
    book.properties.creator = book.properties.title = book.properties.description = canary(23)
    sheet.oddHeader.center.text = canary(24)
    sheet.title = canary(25)
    hidden = book.create_sheet("名簿")
    hidden["A1"] = canary(26)
    hidden.sheet_state = "hidden"
    book.create_sheet("連絡")["B2"] = canary(27)


def report_with_a_note() -> bytes:
    book = load_workbook(io.BytesIO(balance_report(JULY, 1000)))
    sheet = book.worksheets[0]
    (note,) = [c for row in sheet.iter_rows() for c in row if c.value == "備考"]
    rows = [c.row for column in sheet.iter_cols() for c in column if c.value == "奨学金"]
    sheet.cell(rows[0], note.column).value = canary(31)
    return saved(book)


@pytest.fixture(scope="module", name="home")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("canaries") / "home").create()
    (home.config / "city.yml").write_text(f'municipality_code: "{CODE}"\n', encoding="utf-8")
    (home.config / "claims.csv").write_text(REGISTER, encoding="utf-8")
    inbox = home.inbox / CODE
    (inbox / canary(41)).mkdir(parents=True)
    (inbox / f"{canary(42)}.xlsx").write_bytes((OSAKA / "010.xlsx").read_bytes())
    (inbox / canary(41) / "壊れた.xlsx").write_bytes(b"not a workbook")
    (inbox / f"{canary(43)}.xlsx").write_bytes(canary(43).encode())
    (inbox / "周り.xlsx").write_bytes(edited(around_the_cells, next(OSAKA.glob("013*"))))
    (inbox / "残高.xlsx").write_bytes(report_with_a_note())
    for n, (place, cell) in enumerate(PLACES.items()):
        (inbox / f"{place}.xlsx").write_bytes(edited(of_claim(n, cell)))
    return home


@pytest.fixture(scope="module", name="said")
def _said(home: Home) -> str:
    """Everything that the commands say, from the inbox to the website."""
    inbox = home.inbox / CODE
    told = mishukin(home, "check", str(inbox), "--json")
    (inbox / f"{canary(44)}.ods").write_bytes(b"")
    with open_instance(home) as instance:
        ask_by_sensor(home, instance)
    told_again = mishukin(home, "load", "--json")
    outcome = runs.run(home, stopped_at(RECEIVED), by="各所属")
    assert outcome.code is Exit.REJECTED, outcome.messages
    releases.approve(home, JULY, "財政課長", LATER)
    published = runs.publish(home, stopped_at(LATER), JULY)
    assert published.code is Exit.DONE, published.messages
    listed = [
        mishukin(home, *command, "--json")
        for command in (["findings"], ["submissions"], ["claims"])
    ]
    ended = [told, told_again, *listed, mishukin(home, "claims", "--unregistered")]
    return "\n".join([
        *(part for each in ended for part in (each.out, each.err)),
        *outcome.messages, *outcome.results, *published.messages, *published.results,
    ])  # fmt: skip


def ask_by_sensor(home: Home, instance: dg.DagsterInstance) -> None:
    """Two looks of the inbox sensor, and the run that it asks for."""
    cursor = None
    for _ in range(2):
        context = dg.build_sensor_context(instance, cursor=cursor, resources={"home": home})
        asked = inbox_sensor(context)
        cursor = context.cursor
    assert isinstance(asked, dg.RunRequest)
    for needle in (NAME, PHONE, json.dumps(NAME)[1:-1]):
        assert needle not in str(cursor) and needle not in json.dumps(asked.run_config)
        assert needle not in json.dumps(asked.run_config, ensure_ascii=False)
    with runs.runner(home, stopped_at(RECEIVED)) as running:
        result = running.execute("main", config=dict(asked.run_config))
    assert result.success


def test_everything_said_by_commands_is_free_of_them(said: str) -> None:
    assert "個人情報のおそれ" in said
    for needle in (NAME, PHONE, json.dumps(NAME)[1:-1]):
        assert needle not in said


@pytest.mark.usefixtures("said")
def test_every_place_is_told_to_the_data_team(home: Home) -> None:
    with duckdb.connect(str(home.current), read_only=True) as marts:
        rows = marts.execute(
            "select distinct file, cell from marts.mart_finding where rule = 'personal'"
        ).fetchall()
    told = set(rows)
    assert {(f"{place}.xlsx", cell) for place, cell in PLACES.items()} <= told
    assert {("周り.xlsx", None), ("周り.xlsx", "A1"), ("周り.xlsx", "B2")} <= told
    assert ("残高.xlsx", None) not in told and any(file == "残高.xlsx" for file, _ in told)


@pytest.mark.usefixtures("said")
def test_the_raw_zone_has_them_and_nothing_else_does(home: Home) -> None:
    narrative = [
        words
        for path in home.landing.glob("batch=*/narrative.parquet")
        for words in pq.ParquetFile(path).read()["text"].to_pylist()
    ]
    assert canary(0) in narrative and canary(31) in narrative
    leaks = {
        where
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and not is_raw(path, home)
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
