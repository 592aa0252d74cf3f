"""The files of a generation come with it, and an office program reads them as they are."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flow.city import IN_NOVEMBER, balance_report, land
from python_calamine import CalamineWorkbook
from support.office import convert

from exports.extracts import CURRENT, WORKBOOK
from exports.extracts.workbook import CONTENTS
from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from services.query import ask


def test_a_generation_comes_as_files_of_every_kind(built_once: Home) -> None:
    folder = built_once.extracts / CURRENT
    assert folder.resolve().name == built_once.current.resolve().stem
    tables = ask(built_once, "select table_name from information_schema.tables").rows
    for kind in ("csv", "parquet"):
        assert {(path.stem,) for path in (folder / kind).iterdir()} == set(tables)


def test_libreoffice_reads_the_workbook_as_the_database_says(
    built_once: Home, tmp_path: Path
) -> None:
    (opened,) = convert([built_once.extracts / CURRENT / WORKBOOK], "ods", tmp_path)
    book = CalamineWorkbook.from_path(opened)
    views = [name for (name,) in ask(built_once, "select view_name from duckdb_views()").rows]
    names = [name for name in book.sheet_names if name != CONTENTS]
    assert set(names) <= set(views)
    assert {"未収金の推移", "残高報告", "提出状況"} <= set(names)
    for name in names:
        heading, *rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        answer = ask(built_once, f'from 財政."{name}" order by all')
        assert tuple(heading) == answer.columns
        assert rows == [[in_office(value) for value in row] for row in answer.rows]


def in_office(value: Any) -> Any:
    """A value of the database as calamine reads it from LibreOffice's file."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return value


def test_files_that_cannot_be_written_do_not_hide_the_new_generation(
    built: Home, tmp_path: Path
) -> None:
    (built.extracts / CURRENT).unlink()
    (built.extracts / CURRENT / "使用中").mkdir(parents=True)
    path = tmp_path / "october.xlsx"
    path.write_bytes(balance_report(date(2020, 10, 31), 1300))
    land(built, [path], IN_NOVEMBER + timedelta(days=1))
    before = built.current.resolve()
    outcome = runs.build(built, stopped_at(datetime(2020, 12, 1, tzinfo=UTC)))
    assert outcome.code is Exit.UNEXPECTED
    (said,) = outcome.messages
    assert said.startswith("公開用データのファイルを書き出せません")
    assert built.current.resolve() != before
    assert outcome.results == [f"marts/{built.current.resolve().name}"]
