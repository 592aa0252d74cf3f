"""Generations: what is copied, when it is new, and what stays."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from support.desktop import edited, left_open, opened

from exports.errors import GenerationTooOld
from exports.press.files import point
from services.city import CitySettings
from services.exits import Exit
from services.formats import to_csv, to_json, to_text
from services.generation import (
    NoGenerationError,
    UnusableError,
    compared,
    current_generation,
    publish,
)
from services.home import Home
from services.query import (
    QueryError,
    Table,
    answer,
    ask,
    connect,
    saved,
)
from services.records import audit
from services.settings import FaultyError
from terms.years import TOKYO

AT = datetime(2024, 8, 20, 9, 0, tzinfo=TOKYO)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "家's").create()
    change(
        home,
        "create schema marts",
        "create schema 財政",
        "create schema staging",
        "create table marts.t (名 varchar not null, 額 bigint, 率 decimal(7, 1), 時 timestamptz)",
        "insert into marts.t values ('=1+1', 9007199254740993, 0.4, '2024-07-31 00:00:00+09')",
        "comment on table marts.t is '「表」''s'",
        "comment on column marts.t.額 is '円'",
        "create view staging.s as select 1",
        "create view 財政.b as select 名, 額 as \"ケ''\" from marts.t",
        "create view 財政.a as select * from 財政.b",
        "comment on column 財政.b.\"ケ''\" is '未収金残高'",
    )
    return home


def change(home: Home, *statements: str) -> None:
    with duckdb.connect(home.warehouse) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_generation_holds_marts_and_views_with_their_comments(home: Home) -> None:
    made = publish(home, AT)
    assert made.is_new
    assert made.path.name == f"20240820T090000-{made.content.hash}.duckdb"
    assert made.path.stat().st_mode & 0o222 == 0
    assert home.current.resolve() == made.path == current_generation(home)
    with duckdb.connect(made.path, read_only=True) as connection:
        comments = connection.execute(
            "select column_name, comment from duckdb_columns() where comment is not null"
        ).fetchall()
        assert ("額", "円") in comments
        assert ("ケ''", "未収金残高") in comments
        assert connection.execute("select comment from duckdb_tables()").fetchall() == [
            ("「表」's",)
        ]
        schemas = connection.execute("select distinct schema_name from duckdb_views()").fetchall()
        assert ("staging",) not in schemas
        assert connection.execute("select * from 財政.a").fetchall() == [("=1+1", 9007199254740993)]


def test_macros_come_along_whatever_their_order(home: Home) -> None:
    change(
        home,
        "create macro marts.z_as_of(known_at) as table select * from marts.t where 時 <= known_at",
        "create macro 財政.b_as_of(known_at) as table select 名 from marts.z_as_of(known_at)",
        "create macro marts.千円(yen) as yen // 1000",
        "create macro marts.a_as_of(known_at) as table "
        "select *, marts.千円(額) as 千円 from marts.z_as_of(known_at) where 名 <> 'it''s'",
    )
    publish(home, AT)
    sql = "select 千円 from marts.a_as_of(timestamptz '2024-08-01 00:00:00+09')"
    assert ask(home, sql).rows == [(9007199254740,)]
    assert ask(home, "from b_as_of(timestamptz '2024-07-01 00:00:00+09')").rows == []


def test_a_changed_macro_is_a_new_generation(home: Home) -> None:
    change(home, "create macro marts.half(yen) as yen // 2")
    publish(home, AT)
    change(home, "create or replace macro marts.half(yen) as yen / 2")
    assert publish(home, AT + timedelta(days=1)).is_new


def test_the_same_content_is_no_new_generation(home: Home) -> None:
    first = publish(home, AT)
    change(home, "create or replace table marts.t2 as select 1 as x", "drop table marts.t2")
    again = publish(home, AT + timedelta(days=1))
    assert (again.path, again.is_new) == (first.path, False)
    change(home, "comment on column marts.t.額 is '金額(円)'")
    assert publish(home, AT + timedelta(days=2)).is_new


def test_a_generation_that_a_kill_left_unused_is_used_and_not_told_twice(home: Home) -> None:
    """Killed before the last step: the link still names the one before."""
    before = publish(home, AT)
    change(home, "insert into marts.t (名) values ('x')")
    left = publish(home, AT + timedelta(days=1))
    point(home.current, before.path.name)
    with pytest.raises(UnusableError, match="構築が途中で止まったか"):
        compared(home)
    lines = audit.read(home)
    again = publish(home, AT + timedelta(days=2))
    assert (again.path, again.is_new, compared(home)) == (left.path, True, left.path)
    assert audit.read(home) == lines


def test_older_generations_go_and_an_open_reader_keeps_its_own(home: Home) -> None:
    names = []
    publish(home, AT)
    with duckdb.connect(home.current.resolve(), read_only=True) as reader:
        for day in range(1, 5):
            change(home, "insert into marts.t (名) values ('x')")
            names.append(publish(home, AT + timedelta(days=day), keep=2).path.name)
        assert reader.execute("select count(*) from marts.t").fetchall() == [(1,)]
    left = sorted(path.name for path in home.marts.iterdir())
    assert left == sorted([*names[-2:], "current.duckdb"])
    assert ask(home, "select count(*) from t").rows == [(5,)]


WRONG = "update marts.t set 額 = 額 + 1"


def put_back(path: Path) -> None:
    """An edit by somebody who leaves mode and date as they were."""
    before = path.stat()
    edited(path, WRONG)
    path.chmod(before.st_mode)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path) -> None:
    """By a file that is a generation, but not this one."""
    other = path.with_name("other")
    shutil.copy(path, other)
    edited(other, WRONG)
    other.replace(path)


def link_lost(path: Path) -> None:
    """As a file server does that knows no links: a copy under the name of the link."""
    current = path.with_name("current.duckdb")
    current.unlink()
    shutil.copy2(path, current)


TOUCHED: dict[str, Callable[[Path], object]] = {
    "a figure edited": lambda path: edited(path, WRONG),
    "a row added": lambda path: edited(path, "insert into marts.t (名) values ('x')"),
    "a view edited": lambda path: edited(
        path, "create or replace view 財政.b as select 名, 額 * 2 as \"ケ''\" from marts.t"
    ),
    "a meaning edited": lambda path: edited(path, "comment on column marts.t.額 is '千円'"),
    "an edit left in the log": lambda path: left_open(path, WRONG),
    "mode and date put back": put_back,
    "replaced": replace,
    "cut off": lambda path: os.truncate(path, 20_000),
    "emptied": lambda path: os.truncate(path, 0),
    "overwritten": lambda path: path.write_bytes(b"no database" * 5_000),
    "renamed": lambda path: path.rename(path.with_name("20240820T090000-000000000000.duckdb")),
    "link replaced by a copy": link_lost,
}


@pytest.mark.parametrize("kind", TOUCHED)
def test_a_generation_that_was_touched_is_not_used_and_made_anew(home: Home, kind: str) -> None:
    first = publish(home, AT)
    as_published = ask(home, "from t").rows
    assert compared(home) == first.path
    first.path.chmod(0o644)
    TOUCHED[kind](first.path)
    with pytest.raises(UnusableError, match="mishukin build") as refused:
        compared(home)
    assert refused.value.code is Exit.CHECK_FAILED
    assert f"marts/{home.current.resolve().name} " in str(refused.value)
    if kind != "mode and date put back":  # only who tells figures on looks that closely
        with pytest.raises(UnusableError):
            ask(home, "from t")
    again = publish(home, AT + timedelta(hours=1))
    assert (again.is_new, again.content) == (True, first.content)
    assert again.mended in str(refused.value)
    assert compared(home) == again.path
    assert ask(home, "from t").rows == as_published
    assert not publish(home, AT + timedelta(hours=2)).is_new


def test_made_anew_within_the_second_a_generation_is_not_the_touched_one(home: Home) -> None:
    first = publish(home, AT)
    left_open(first.path, WRONG)
    again = publish(home, AT)
    assert (again.path, again.is_new) == (first.path, True)
    assert ask(home, "select 額 from t").rows == [(9007199254740993,)]


def test_a_generation_that_was_only_looked_at_or_copied_stays(home: Home, tmp_path: Path) -> None:
    made = publish(home, AT)
    edited(made.path, "from marts.t")
    moved = Home(tmp_path / "moved")
    shutil.copytree(home.root, moved.root, symlinks=True, copy_function=shutil.copyfile)
    for each in (home, moved):
        assert ask(each, "select count(*) from t").rows == [(1,)]
        assert not publish(each, AT + timedelta(hours=1)).is_new
        assert each.current.resolve().stat().st_mode & 0o222 == 0


def test_who_holds_a_generation_open_is_told_and_a_new_one_is_made(home: Home) -> None:
    made = publish(home, AT)
    with opened(home.current, WRONG) as tool:
        for read in (lambda: ask(home, "from t"), lambda: compared(home)):
            with pytest.raises(UnusableError) as refused:
                read()
            assert refused.value.code is Exit.UNEXPECTED
            said = str(refused.value)
            assert f"marts/{made.path.name} は、" in said
            assert f"プロセス番号{tool.pid}" in said
            assert "閉じる" in said
            assert (said.count("。"), "\n" in said) == (1, False)
        again = publish(home, AT + timedelta(hours=1))
        assert (again.is_new, again.mended in said) == (True, True)
        assert ask(home, "select 額 from t").rows == [(9007199254740993,)]
    assert compared(home) == again.path


@pytest.mark.parametrize("kept", ["0", "-1", "三", "true", "1.5"])
def test_a_number_of_generations_that_is_none_is_refused(home: Home, kept: str) -> None:
    (home.config / "city.yml").write_text(f"generations_kept: {kept}\n", encoding="utf-8")
    with pytest.raises(FaultyError, match=f"generations_kept: 「{kept}」は使えません"):
        CitySettings.of(home)


def test_before_the_first_build_a_query_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError, match="まだありません"):
        ask(Home(tmp_path), "select 1")


@pytest.mark.parametrize(
    "sql",
    [
        "from read_text('/etc/hostname')",
        "copy t to '{folder}/t.csv'",
        "attach '{folder}/m.duckdb' as m",
        "create table memory.m as from t",
        "insert into t values ('x', 1, 1, null)",
        "set enable_external_access = true",
        "install httpfs",
        "selec 1",
    ],
)
def test_a_query_reads_this_one_file_and_nothing_else(
    home: Home, sql: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    publish(home, AT)
    folder = tmp_path_factory.mktemp("elsewhere")
    with connect(home) as connection, pytest.raises(QueryError, match="実行できません"):
        answer(connection, sql.format(folder=folder))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("sql", ["select 1 from later", "select later from t"])
def test_what_only_a_later_version_builds_asks_for_a_build(home: Home, sql: str) -> None:
    publish(home, AT)
    with pytest.raises(GenerationTooOld, match="mishukin build"):
        ask(home, sql)
    with connect(home) as connection, pytest.raises(QueryError, match="実行できません"):
        answer(connection, sql)


def test_what_a_kill_left_beside_the_generations_goes_with_the_next(home: Home) -> None:
    left = home.marts / ".new.tmp"
    left.write_bytes(b"half written")
    made = publish(home, AT)
    assert sorted(path.name for path in home.marts.iterdir()) == [made.path.name, "current.duckdb"]


def test_one_process_may_ask_while_it_still_reads(home: Home) -> None:
    publish(home, AT)
    with connect(home) as reader:
        change(home, "insert into marts.t (名) values ('x')")
        publish(home, AT + timedelta(days=1), keep=1)
        assert ask(home, "select count(*) from t").rows == [(2,)]
        assert reader.execute("select count(*) from t").fetchall() == [(1,)]


def test_answers_are_exact_in_every_format(home: Home) -> None:
    publish(home, AT)
    table = ask(home, "select 額, 率, 時, 名 from t")
    assert to_csv(table) == (
        "額,率,時,名\r\n9007199254740993,0.4,2024-07-31T00:00:00+09:00,'=1+1\r\n"
    )
    assert '"額": 9007199254740993' in to_json(table)
    assert ask(home, "select \"ケ''\" from 財政.a").rows == ask(home, "select 額 from marts.t").rows
    assert to_text(Table(("債権", "額"), [("税", 10), (None, 5)])) == (
        "債権  額\n────  ──\n税    10\n—      5\n(2行)\n"
    )


def test_a_saved_question_goes_by_its_name(home: Home) -> None:
    change(
        home,
        "create table marts.saved_question (name varchar, sql varchar)",
        "insert into marts.saved_question values ('rows', '-- 何行あるか\nselect count(*) from t')",
    )
    publish(home, AT)
    assert ask(home, saved(home, "rows")).rows == [(1,)]
    with pytest.raises(QueryError, match="あるのは rows です"):
        saved(home, "row")
