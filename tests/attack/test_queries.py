"""A question to the marts costs no more than the city allows, and ends when its asker wants."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

import cli
from services.exits import Exit
from services.generation import publish
from services.home import Home
from terms.years import TOKYO

ENDLESS = "select count(*) from range(1000000000000) where hash(range) % 7 = 8"


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    with duckdb.connect(home.warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema 財政")
        connection.execute("create table marts.mart_submission as select 1 as n")
    publish(home, datetime(2026, 10, 30, 9, 0, tzinfo=TOKYO))
    return home


def bounded(home: Home, told: str) -> None:
    (home.config / "city.yml").write_text(told, encoding="utf-8")


@pytest.mark.parametrize(
    ("told", "sql", "named"),
    [
        ("query_seconds: 1", ENDLESS, "query_seconds"),
        (
            "query_memory_mib: 64\nquery_temporary_mib: 0",
            "select list(range) from range(50000000)",
            "query_memory_mib",
        ),
        (
            "query_memory_mib: 64\nquery_temporary_mib: 64",
            "select * from (select range, hash(range) h from range(100000000)) order by h",
            "query_temporary_mib",
        ),
        ("query_memory_mib: 64", "select * from range(100000000)", "query_memory_mib"),
    ],
)
def test_a_question_beyond_a_bound_is_ended_by_name(
    home: Home, capsys: pytest.CaptureFixture[str], told: str, sql: str, named: str
) -> None:
    bounded(home, told)
    assert cli.run(["--home", str(home.root), "sql", sql]) == Exit.USAGE
    said = capsys.readouterr()
    assert named in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert not list(home.marts.glob("*.tmp"))


@pytest.mark.parametrize("setting", ["memory_limit", "max_temp_directory_size"])
def test_no_question_lifts_its_own_bound(
    home: Home, capsys: pytest.CaptureFixture[str], setting: str
) -> None:
    assert cli.run(["--home", str(home.root), "sql", f"set {setting} = '1TiB'"]) == Exit.USAGE
    assert "lock" in capsys.readouterr().err


def test_the_first_ctrl_c_ends_a_question_in_one_line(home: Home) -> None:
    # Tests in the background ignore an interrupt, and so would the command.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "cli", "--home", home.root]
    with subprocess.Popen(
        [*command, "sql", ENDLESS],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0,
    ) as asked:  # fmt: skip
        _until_it_works(asked)
        os.killpg(asked.pid, signal.SIGINT)
        out, err = asked.communicate()
    assert (asked.returncode, out, err) == (Exit.INTERRUPTED, "", "中断しました。\n")


def _until_it_works(asked: "subprocess.Popen[str]") -> None:
    """Wait until DuckDB's threads have worked for longer than any start takes."""
    while asked.poll() is None:
        told = Path(f"/proc/{asked.pid}/stat").read_text().rpartition(")")[2].split()
        threads = len(list(Path(f"/proc/{asked.pid}/task").iterdir()))
        if threads > 1 and int(told[11]) > 4 * os.sysconf("SC_CLK_TCK"):
            return
    raise AssertionError(asked.stderr.read() if asked.stderr else asked.returncode)
