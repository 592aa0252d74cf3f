"""A million-row `fct_collection`: dbt's build against the same SQL without dbt, and against one
statement written by hand, which keeps no history and leaves nothing for other marts.

All read the same landing zone of annual forms and balance reports of twelve large cities over
fifteen years, and their tables are compared before any time is told.
"""

import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from ingest.landing import prepare
from services.home import Home
from services.warehouse.build import PROJECT, QUIETLY, environment

SIZE = {"municipalities": 12, "claims": 900, "departments": 30, "first_year": 2010, "years": 15}
RUNS = 5
SQL = Path(__file__).parent
# Percent with one decimal, rounded half away from zero.
TENTHS = """
create or replace macro tenths(n, d) as try_cast(
    sign(n) * sign(d) * ((2000 * abs(n) + abs(d)) // nullif(2 * abs(d), 0)) * 0.1::decimal(2, 1)
    as decimal(7, 1)
)
"""
AGGREGATE = """
select
    municipality_code, fiscal_year, scenario, sum(balance),
    sum(collected_prior + collected_current) / nullif(sum(assessed_prior + assessed_current), 0)
from {table} group by municipality_code, fiscal_year, scenario
"""


@dataclass(frozen=True)
class Million:
    """Rows, and median seconds: the build and a total, by dbt, with its SQL alone, and by hand."""

    rows: int
    build: float
    build_without_dbt: float
    build_by_hand: float
    total: float
    total_by_hand: float


def measure(folder: Path) -> Million:
    """All ways in turn, after a warm-up of each; dbt as the command runs it."""
    home = Home(folder / "million").create()
    write_landing(home.landing)
    hand, alone = folder / "by_hand.duckdb", folder / "warehouse" / "warehouse.duckdb"
    alone.parent.mkdir()
    nodes = dbt_build(home)

    def by_dbt() -> None:
        dbt_build(home)

    def without_dbt() -> None:
        build_without_dbt(nodes, alone)

    def by_hand() -> None:
        build_by_hand(home.landing, hand)

    without_dbt()
    by_hand()
    rows = compare(home.warehouse, hand)
    compare(alone, hand)
    builds = [(seconds(by_dbt), seconds(without_dbt), seconds(by_hand)) for _ in range(RUNS)]
    totals = [
        (
            seconds(lambda: total(home.warehouse, "marts.fct_collection")),
            seconds(lambda: total(hand, "fct_collection")),
        )
        for _ in range(RUNS * 5)
    ]
    columns = (*zip(*builds, strict=True), *zip(*totals, strict=True))
    return Million(rows, *map(statistics.median, columns))


def write_landing(landing: Path) -> None:
    """One batch of `SIZE`."""
    prepare(landing)
    folder = landing / "batch=1"
    shutil.copytree(landing / "batch=0", folder)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        for name, value in SIZE.items():
            connection.execute(f"set variable {name} = {value}")
        connection.execute((SQL / "landing.sql").read_text("utf-8"))
        for table in ("submission", "cell"):
            connection.execute(f"copy {table} to '{folder / table}.parquet'")


def dbt_build(home: Home) -> list[Any]:
    """Build the models up to `fct_collection` in this process; dbt's nodes in their order."""
    variables = {
        "MISHUKIN_LANDING": str(home.landing),
        "MISHUKIN_WAREHOUSE": str(home.warehouse),
    }
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    target, logs = str(home.dagster / "target"), str(home.dagster / "logs")
    paths = ["--target-path", target, "--log-path", logs]
    models = ["--select", "+fct_collection", "--exclude-resource-type", "test", "unit_test"]
    home.warehouse.unlink(missing_ok=True)
    try:
        with environment(variables):
            outcome = dbtRunner().invoke(
                [*QUIETLY, "build", "--no-write-json", *models, *folders, *paths]
            )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise SystemExit(f"dbt: {outcome.exception or outcome.result}")
    return [result.node for result in outcome.result if result.node.resource_type != "operation"]


def build_without_dbt(nodes: Sequence[Any], file: Path) -> None:
    """The SQL of the same models, statement by statement; the file is called as dbt's is."""
    file.unlink(missing_ok=True)
    with duckdb.connect(file) as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        connection.execute("set preserve_insertion_order = false")
        for node in nodes:
            kind = "view" if node.config.materialized == "view" else "table"
            sql = node.compiled_code if kind == "view" or node.resource_type == "model" else ""
            seed = f"from read_csv('{PROJECT / node.original_file_path}')"
            connection.execute(f"create schema if not exists {node.schema}")
            connection.execute(f"create {kind} {node.schema}.{node.name} as {sql or seed}")


def build_by_hand(landing: Path, file: Path) -> None:
    """The same table by one statement."""
    file.unlink(missing_ok=True)
    with duckdb.connect(file) as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        connection.execute(TENTHS)
        statement = (SQL / "by_hand.sql").read_text("utf-8")
        connection.execute(statement, {"landing": str(landing)})


def total(file: Path, table: str) -> None:
    """A total by year and scenario, from a file just opened."""
    with duckdb.connect(file, read_only=True) as connection:
        connection.execute(AGGREGATE.format(table=table)).fetchall()


def compare(warehouse: Path, by_hand: Path) -> int:
    """The number of rows; ends the benchmark where the tables differ in any column of both."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as dbt (read_only)")
        connection.execute(f"attach '{by_hand}' as hand (read_only)")
        columns = connection.execute(
            "select string_agg(column_name || '::varchar', ', ' order by column_index)"
            " from duckdb_columns() where database_name = 'hand'"
        ).fetchall()[0][0]
        told = [
            connection.execute(
                f"select count(*), sum(hash({columns})::hugeint) from {table}"  # noqa: S608
            ).fetchall()[0]
            for table in ("dbt.marts.fct_collection", "hand.fct_collection")
        ]
    if told[0] != told[1]:
        raise SystemExit(f"fct_collection is not the same by dbt and by hand: {told}")
    return int(told[0][0])


def seconds(act: Callable[[], None]) -> float:
    """Wall seconds of a call."""
    start = perf_counter()
    act()
    return perf_counter() - start
