"""A new generation while people read: nobody meets half of it, and nobody is turned away."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from flow.postgres.conftest import ROWS, City

from services.exits import Stop
from services.postgres import copying

READER = Path(__file__).parent / "reader.py"
GENERATIONS = 8


def clerk_dsn(city: City) -> str:
    return city.database.server.dsn(city.database.name, city.database.clerk())


def test_readers_never_meet_half_a_generation(city: City) -> None:
    command = [sys.executable, str(READER), clerk_dsn(city), str(GENERATIONS)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    while any(reader.poll() is None for reader in readers):
        if city.number % 4 == 0:  # the tables themselves change, too
            city.change(f"alter table marts.fct_a add column c{city.number} integer")
        city.publish()
        city.serve()
    said = [reader.communicate()[0] for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0], said
    assert all(int(queries) >= 200 for queries in said), said


def test_a_transaction_keeps_what_it_sees(city: City) -> None:
    with psycopg.connect(clerk_dsn(city)) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        count = "select generation, count(*) from marts.{} group by generation"
        before = reader.execute(count.format("fct_a")).fetchall()
        city.publish()
        city.serve()
        assert reader.execute(count.format("fct_a")).fetchall() == before
        assert reader.execute(count.format("mart_b")).fetchall() == before
        reader.commit()
        assert reader.execute(count.format("fct_a")).fetchall() == [(2, before[0][1])]


def test_a_transaction_begun_before_new_tables_finds_them_whole(city: City) -> None:
    with psycopg.connect(clerk_dsn(city)) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("select 1")
        city.change("alter table marts.fct_a add column cases integer")
        city.publish()
        city.serve()
        found = reader.execute("select generation, count(*) from marts.fct_a group by generation")
        assert found.fetchall() == [(2, ROWS)]


def test_a_view_of_the_staff_shows_the_new_generation(city: City) -> None:
    city.database.ask("create view mine as select max(generation) from marts.fct_a")
    city.publish()
    city.serve()
    assert city.database.ask("select * from mine") == [(2,)]


def test_a_view_on_tables_that_must_change_is_named_and_stays(city: City) -> None:
    city.database.ask("create schema staff")
    city.database.ask("create view staff.mine as select max(generation) from marts.fct_a")
    city.change("alter table marts.fct_a add column cases integer")
    city.publish()
    with pytest.raises(Stop, match=r"view staff\.mine"):
        city.serve()
    assert city.database.ask("select * from staff.mine") == [(1,)]


def test_tables_that_are_being_read_are_not_taken_away(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "LOCK_ATTEMPTS", 1)
    city.change("alter table marts.fct_a add column cases integer")
    city.publish()
    with psycopg.connect(clerk_dsn(city)) as reader:
        reader.execute("select * from marts.fct_a")
        with pytest.raises(Stop, match="読み続けている人"):
            city.serve()
        assert reader.execute("select max(世代) from 財政.一覧").fetchall() == [(1,)]
    assert city.serve().is_new
    assert city.database.ask("select max(世代), max(cases) from 財政.一覧, marts.fct_a") == [
        (2, None)
    ]


def test_work_on_a_table_is_not_waited_for_without_end(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PATIENCE", "100ms")
    city.publish()
    with psycopg.connect(city.database.server.dsn(city.database.name)) as administrator:
        administrator.execute("lock table marts.mart_b in share mode")
        with pytest.raises(Stop, match="ほかの作業が押さえている"):
            city.serve()
    assert city.database.ask("select max(generation) from marts.fct_a") == [(1,)]


@pytest.mark.parametrize(
    ("accident", "said"),
    [
        ("raise exception 'full'", "受け付けませんでした。前の公開用データのままです.*full"),
        ("perform pg_terminate_backend(pg_backend_pid())", "途切れました。前の公開用データのまま"),
    ],
)
def test_an_accident_in_the_middle_leaves_the_generation_before(
    city: City, accident: str, said: str
) -> None:
    city.database.ask(
        "create function refuse() returns trigger language plpgsql as "
        f"$$ begin {accident}; return new; end $$"
    )
    city.database.ask(
        "create trigger refuse before insert on marts.mart_b for each row "
        "when (new.status = '30') execute function refuse()"
    )
    city.publish()
    with pytest.raises(Stop, match=said):
        city.serve()
    whole = city.database.ask(
        "select max(fct_a.generation), max(世代), count(*) from marts.fct_a cross join 財政.一覧"
    )
    assert whole == [(1, 1, ROWS * ROWS)]


def test_the_same_generation_is_copied_once(city: City) -> None:
    assert not city.serve().is_new
    city.publish()
    assert city.serve().is_new
    assert not city.serve().is_new


def test_one_copy_at_a_time(city: City) -> None:
    city.publish()
    with psycopg.connect(city.database.server.dsn(city.database.name)) as other:
        other.execute("select pg_advisory_xact_lock(hashtext(%s))", [copying.MARK])
        with pytest.raises(Stop, match="ほかの処理が"):
            city.serve()
