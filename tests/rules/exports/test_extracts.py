"""A generation as files: exact in Parquet, safe in spreadsheets, whole or not at all."""

import csv
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.extracts import CURRENT, WORKBOOK, publish, touched
from exports.extracts.relations import VIEWS, Column, relations, safe
from exports.extracts.workbook import CONTENTS, FIRST_ROW, write_workbook
from exports.marts import opened
from exports.press.workbooks import FORMULA_STARTS

HOSTILE = '=HYPERLINK("http://example.com","税")'
TRICKY = ["<税>&'費'", "_x0041_の債権", "二行\r\nの名", "＝1+1", "鐘\u0007", "-"]
COLUMNS = ["名", "額", "年度", "率", "日", "時", "可"]


@pytest.fixture
def generation(tmp_path: Path) -> Path:
    """One mart of every type a mart has, and two views on it."""
    return made(tmp_path / "marts" / "20240820T090000-abc123def456.duckdb")


def made(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    with duckdb.connect(path) as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        for statement in (
            "create schema marts",
            "create schema 財政",
            "create table marts.fct (name varchar, yen bigint, year integer, pct decimal(7, 1),"
            " day date, moment timestamptz, ok boolean)",
            'create view 財政."推移\'s" as select name as 名, yen as 額, year as 年度, pct as 率,'
            " day as 日, moment as 時, ok as 可 from marts.fct",
            "create view 財政.空 as select name as 名 from marts.fct where false",
            "comment on view 財政.\"推移's\" is '粒度: 債権×年度。残高の推移。金額は円'",
        ):
            connection.execute(statement)
        rows = [
            [HOSTILE, -9_007_199_254_740_993, 2023, Decimal("-16.5"), date(2024, 7, 31),
             at_tokyo(9, 30), True],
            *([text, 1, 2019, None, None, None, False] for text in TRICKY),
            [None] * 7,
        ]  # fmt: skip
        connection.executemany("insert into marts.fct values (?, ?, ?, ?, ?, ?, ?)", rows)
    return path


@pytest.fixture
def folder(generation: Path, tmp_path: Path) -> Path:
    """The extracts of that generation."""
    return publish(generation, tmp_path / "extracts").path


def test_every_mart_and_view_is_there_and_nothing_else(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["csv", "parquet", WORKBOOK]
    for kind in ("csv", "parquet"):
        names = {path.name for path in (folder / kind).iterdir()}
        assert names == {f"fct.{kind}", f"推移's.{kind}", f"空.{kind}"}


def test_parquet_is_the_mart(folder: Path, generation: Path) -> None:
    with duckdb.connect(generation, read_only=True) as connection:
        mart = connection.execute("from marts.fct order by all")
        file = str(folder / "parquet" / "fct.parquet")
        copy = duckdb.connect().execute("from read_parquet(?)", [file])
        assert copy.description == mart.description
        assert copy.fetchall() == mart.fetchall()


def test_csv_is_as_excel_wants_it_and_no_text_is_a_formula(folder: Path) -> None:
    content = (folder / "csv" / "推移's.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")
    assert content.endswith(b"\r\n")
    with (folder / "csv" / "推移's.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["名"]: row for row in csv.DictReader(file)}
    assert rows["'" + HOSTILE] == {
        "名": "'" + HOSTILE, "額": "-9007199254740993", "年度": "2023", "率": "-16.5",
        "日": "2024-07-31", "時": "2024-07-31 09:30:00+09", "可": "true",
    }  # fmt: skip
    assert rows.keys() - {"", "'" + HOSTILE} == {
        "<税>&'費'", "_x0041_の債権", "二行\nの名", "'＝1+1", "鐘 ", "'-",
    }  # fmt: skip


def test_the_workbook_has_a_sheet_a_view_with_the_values_of_the_database(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / WORKBOOK)
    assert book.sheetnames == [CONTENTS, "推移's", "空"]
    sheet = book["推移's"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G9"
    assert sheet.print_title_rows == "$1:$1"
    heading, *rows = sheet.iter_rows()
    assert [cell.value for cell in heading] == COLUMNS
    by_name = {row[0].value: row for row in rows}
    hostile = by_name["'" + HOSTILE]
    assert hostile[0].data_type == "s"
    assert [cell.value for cell in hostile[2:]] == [
        2023, -16.5, at_tokyo(0).replace(tzinfo=None), at_tokyo(9, 30).replace(tzinfo=None), True,
    ]  # fmt: skip
    assert [cell.number_format for cell in hostile[1:4]] == ["#,##0", "General", "0.0"]
    assert [cell.value for cell in by_name[None]] == [None] * 7
    assert {"<税>&'費'", "二行\nの名", "'＝1+1", "鐘 "} <= by_name.keys()
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert [cell.value for cell in book["空"][1]] == ["名"]


def test_the_contents_lead_to_every_sheet(folder: Path) -> None:
    contents = openpyxl.load_workbook(folder / WORKBOOK)[CONTENTS]
    row = [cell.value for cell in contents[FIRST_ROW]]
    assert row == ["推移's", "債権×年度", "残高の推移。金額は円", 8, ""]
    assert contents.cell(FIRST_ROW, 1).hyperlink.location == "'推移''s'!A1"
    assert contents["A2"].value.startswith("公開用データの番号: 20240820T090000-abc123def456（")


def test_a_view_too_long_for_a_sheet_is_named_with_its_file(
    generation: Path, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    with opened(generation) as connection:
        views = [view for view in relations(connection) if view.schema == VIEWS]
        write_workbook(connection, views, path, name="g", most_rows=7)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [CONTENTS, "空"]
    row = book[CONTENTS][FIRST_ROW]
    assert row[0].hyperlink is None
    assert row[4].value.endswith("csv/推移's.csv にあります")


def test_the_same_generation_gives_the_same_bytes(generation: Path, tmp_path: Path) -> None:
    first, second = (publish(generation, tmp_path / name).path for name in ("one", "two"))
    assert contents_of(first) == contents_of(second)


def test_a_generation_is_written_once_and_what_lies_beside_it_kept_up(
    generation: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "extracts"
    assert publish(generation, folder, {"dictionary/index.html": b"one"}).is_new
    before = contents_of(folder / CURRENT)
    again = publish(generation, folder, {"dictionary/index.html": b"two"})
    assert not again.is_new
    assert contents_of(again.path) == before | {"dictionary/index.html": b"two"}


def test_a_file_that_somebody_wrote_to_is_noticed_and_written_anew(
    generation: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "extracts"
    beside = {"dictionary/index.html": b"one"}
    place = publish(generation, folder, beside).path
    before = contents_of(place)
    assert all(path.stat().st_mode & 0o222 == 0 for path in place.rglob("*") if path.is_file())
    assert touched(generation, folder) == []
    saved = place / "csv" / "fct.csv"
    saved.unlink()  # as Excel does: aside, then over it
    saved.write_bytes(b"name,yen\r\n,0\r\n")
    assert touched(generation, folder) == [saved]
    assert publish(generation, folder, beside).is_new
    assert contents_of(place) == before
    assert sorted(path.name for path in folder.iterdir()) == [generation.stem, CURRENT]
    assert not publish(generation, folder, beside).is_new


def test_extracts_go_with_their_generation_and_nothing_else_does(
    generation: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "extracts"
    publish(generation, folder)
    (folder / "財政課の集計").mkdir()
    newer = generation.with_name("20240821T090000-000000000000.duckdb")
    shutil.move(generation, newer)
    publish(newer, folder)
    assert sorted(path.name for path in folder.iterdir()) == [newer.stem, CURRENT, "財政課の集計"]
    assert (folder / CURRENT).resolve() == folder / newer.stem


def test_what_fails_halfway_leaves_the_files_before(generation: Path, tmp_path: Path) -> None:
    folder = tmp_path / "extracts"
    before = contents_of(publish(generation, folder).path)
    newer = made(generation.with_name("20240821T090000-000000000000.duckdb"))
    with duckdb.connect(newer) as connection:
        connection.execute("create view 財政.誤り as select error('読めない') as 名 from marts.fct")
    with pytest.raises(duckdb.Error, match="読めない"):
        publish(newer, folder)
    assert contents_of(folder / CURRENT) == before
    with duckdb.connect(newer) as connection:
        connection.execute("drop view 財政.誤り")
    assert publish(newer, folder).is_new


@pytest.fixture(scope="module")
def guard() -> Iterator[duckdb.DuckDBPyConnection]:
    """A table of one text, to be read through the guard."""
    with duckdb.connect() as connection:
        connection.execute("create table t (x varchar)")
        yield connection


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_text_starts_a_formula_and_others_stay(
    guard: duckdb.DuckDBPyConnection, text: str
) -> None:
    guarded = safe(Column("x", "VARCHAR"))
    ((shown,),) = guard.execute(f"select {guarded} from (select ? as x)", [text]).fetchall()  # noqa: S608
    assert not shown.startswith(FORMULA_STARTS)
    if text.isprintable() and not text.startswith(FORMULA_STARTS):
        assert shown == text


def at_tokyo(hour: int, minute: int = 0) -> datetime:
    """A time of 31 July 2024."""
    return datetime(2024, 7, 31, hour, minute, tzinfo=timezone(timedelta(hours=9)))


def contents_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, to the byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
