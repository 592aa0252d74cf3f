"""The home folder, its one writer, and the seal on the warehouse."""

import subprocess
import sys
from pathlib import Path

import pytest

from services import seal
from services.exits import Exit
from services.home import Home, HomeBusyError

HOLD = """
import sys
from pathlib import Path
from services.home import Home
with Home(Path(sys.argv[1])).writer():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_option_comes_before_the_variable_and_that_before_var(tmp_path: Path) -> None:
    environ = {"MISHUKIN_HOME": str(tmp_path / "variable")}
    assert Home.at(tmp_path / "option", environ).root == tmp_path / "option"
    assert Home.at(None, environ).root == tmp_path / "variable"
    assert Home.at(None, {}).root == Path.cwd() / "var"


def test_nothing_is_created_until_it_is_asked_for(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    assert not home.root.exists()
    home.create()
    assert {path.name for path in home.root.iterdir()} == {
        "inbox", "archive", "landing", "returned", "marts", "extracts", "drafts", "releases",
        "public", "internal", "outbox", "stamps", "config", "dagster",
    }  # fmt: skip


def test_a_second_process_is_told_to_wait(tmp_path: Path) -> None:
    home = Home(tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(HomeBusyError, match="ほかの処理が") as busy, home.writer():
        pass
    assert busy.value.code is Exit.UNEXPECTED
    holder.communicate("")
    with home.writer(), home.writer(wait=True):
        pass


def test_only_a_warehouse_that_passed_every_check_is_sealed(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    assert not seal.is_sealed(home)
    home.warehouse.write_bytes(b"a")
    seal.passed(home, "dbt")
    assert not seal.is_sealed(home)
    seal.passed(home, "soda")
    assert seal.is_sealed(home)
    home.warehouse.write_bytes(b"ab")
    assert not seal.is_sealed(home)
    # What was checked before says nothing about the file of now.
    seal.passed(home, "soda")
    assert not seal.is_sealed(home)
    seal.passed(home, "dbt")
    seal.break_seal(home)
    assert not seal.is_sealed(home)
