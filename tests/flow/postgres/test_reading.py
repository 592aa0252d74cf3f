"""What the finance division may do in PostgreSQL: read the marts, and nothing else."""

import pytest
from flow.postgres.conftest import City, served_city
from psycopg import errors
from support.postgres import Database, Server

from services.exits import Stop
from services.postgres.serving import serve


@pytest.fixture(scope="module", name="standing")
def _standing(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A copy that nobody changes, beside a schema that is nobody's business."""
    database = server.database()
    served_city(tmp_path_factory.mktemp("city"), database)
    database.ask("create schema raw")
    database.ask("create table raw.letters as select '個人の事情' as letter")
    return database


@pytest.fixture(scope="module", name="clerk")
def _clerk(standing: Database) -> str:
    """A person of the finance division."""
    return standing.clerk()


@pytest.mark.parametrize(
    "statement",
    [
        "insert into marts.fct_a values (9, 9)",
        "update marts.fct_a set balance = 0",
        "delete from 財政.一覧",
        "truncate marts.fct_a",
        "drop table marts.fct_a",
        "drop schema marts cascade",
        "alter table marts.fct_a add column x integer",
        "create table marts.x (x integer)",
        "create view 財政.x as select 1",
        "create table public.x (x integer)",
        "select * from raw.letters",
        "create role another",
        "copy marts.fct_a to program 'cat'",
        "select pg_read_file('/etc/hostname')",
    ],
)
def test_a_clerk_is_refused(standing: Database, clerk: str, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        standing.ask(statement, user=clerk)


def test_a_clerk_reads_everything_that_was_copied(standing: Database, clerk: str) -> None:
    for table in ("marts.fct_a", "marts.mart_b", "財政.一覧"):
        assert standing.ask(f"table {table}", user=clerk)


def test_the_reader_has_no_login_and_strangers_see_nothing(city: City) -> None:
    reader = city.database.reader
    assert city.database.ask(
        "select rolname from pg_roles "
        "where not (rolcanlogin or rolsuper or rolcreaterole or rolcreatedb or rolbypassrls)"
    ).count((reader,))
    stranger = city.database.server.database()
    with pytest.raises(errors.InsufficientPrivilege):
        city.database.ask("select * from marts.fct_a", user=f"{stranger.name}_loader")


def test_another_reader_of_the_same_generation_reads_too(city: City) -> None:
    city.database.reader = f'{city.database.name} "課"'
    assert city.serve().is_new
    assert not city.serve().is_new
    assert city.database.ask("select count(*) from marts.fct_a", user=city.database.clerk())


def test_free_text_is_not_there_for_anybody(city: City) -> None:
    columns = "select column_name from information_schema.columns where table_name = 'mart_b'"
    assert city.database.ask(columns) == [("generation",), ("status",)]


def test_what_no_model_describes_is_not_copied(city: City) -> None:
    city.change("create table marts.scratch as select 1 as x")
    manifest = city.manifest()
    del manifest["nodes"]["scratch"]
    city.publish()
    serve(city.home, city.database.loader_dsn, city.database.reader, manifest)
    assert city.database.ask("select to_regclass('marts.scratch')") == [(None,)]


def test_a_column_no_model_describes_stops_the_copy(city: City) -> None:
    manifest = city.manifest()
    del manifest["nodes"]["mart_b"]["columns"]["status"]
    with pytest.raises(Stop, match=r"marts\.mart_b に、モデルの説明にない列があります: status"):
        serve(city.home, city.database.loader_dsn, city.database.reader, manifest)


def test_values_of_every_kind_arrive_as_they_are(city: City) -> None:
    city.change(
        "create table marts.every as select "
        "9007199254740993::bigint as yen, 0.1::double as rate, 0.4::decimal(7, 1) as pct, "
        "true as attained, date '2024-07-31' as as_of, 1::integer as year, "
        "timestamptz '2024-07-31 00:00:00+09' as received_at, 170141183460469::hugeint as total, "
        "'=1+1\t\n\\.\n\\N''\"' as name, '' as blank, null::varchar as missing, "
        "'a' || chr(0) as nul",
    )
    city.publish()
    city.serve()
    (row,) = city.database.ask(
        "select yen, rate, pct::text, attained, as_of::text, year, received_at at time zone 'UTC', "
        "total, name, blank, missing, nul from marts.every"
    )
    assert row[:6] == (9007199254740993, 0.1, "0.4", True, "2024-07-31", 1)
    assert str(row[6]) == "2024-07-30 15:00:00"
    assert row[7:] == (170141183460469, "=1+1\t\n\\.\n\\N'\"", "", None, "a")
    types = "select data_type from information_schema.columns where table_name = 'every'"
    assert [kind for (kind,) in city.database.ask(f"{types} order by ordinal_position")][:7] == [
        "bigint", "double precision", "numeric", "boolean", "date", "integer",
        "timestamp with time zone",
    ]  # fmt: skip


def test_schemas_of_others_are_left_alone(city: City) -> None:
    other = city.database.server.database()
    other.ask("create schema 財政")
    other.ask("create table 財政.一覧 as select 'ほかの課の表' as 名")
    city.database = other
    with pytest.raises(Stop, match="別に作られたスキーマ 財政"):
        city.serve()
    assert other.ask("select * from 財政.一覧") == [("ほかの課の表",)]
    assert other.ask("select to_regnamespace('marts')") == [(None,)]


@pytest.mark.parametrize("reader", ["owner", "loader"])
def test_a_reader_that_could_do_more_is_refused(city: City, reader: str) -> None:
    city.database.reader = reader.replace("loader", f"{city.database.name}_loader")
    with pytest.raises(Stop, match="読むだけの役割になりません"):
        city.serve()


def test_who_may_not_make_roles_is_told_what_to_ask_for(city: City) -> None:
    database = city.database
    database.ask(f"alter role {database.name}_loader nocreaterole")
    assert not city.serve().is_new
    database.reader = "読む人"
    with pytest.raises(Stop, match='create role "読む人" nologin;'):
        city.serve()


def test_who_may_not_make_schemas_is_told_so(city: City) -> None:
    stranger = city.database.server.database()
    dsn = city.database.server.dsn(city.database.name, f"{stranger.name}_loader")
    city.publish()
    with pytest.raises(Stop, match="権限が足りません"):
        city.serve(dsn)
    assert city.database.ask("select max(generation) from marts.fct_a") == [(1,)]


def test_a_database_that_cannot_hold_japanese_is_refused(city: City) -> None:
    city.database = city.database.server.database(encoding="SQL_ASCII")
    with pytest.raises(Stop, match="UTF8で作って"):
        city.serve()
