"""The home folder, who writes there, and the seal on the warehouse."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from threading import Thread

import pytest
from support.killed import ENVIRONMENT

from services.home import Home
from services.warehouse import seal

HOLD = """
import sys
from pathlib import Path
from services.home import Home
with getattr(Home(Path(sys.argv[1])), sys.argv[2])():
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(home: Home, lock: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds a lock, or waits for it, until its input ends."""
    command = [sys.executable, "-c", HOLD, str(home.root), lock]
    with subprocess.Popen(
        command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, env=ENVIRONMENT
    ) as process:
        yield process


def has_it(process: "subprocess.Popen[str]") -> bool:
    assert process.stdout
    return process.stdout.readline() == "held\n"


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
        "public", "internal", "outbox", "stamps", "config", "dagster", "window",
    }  # fmt: skip


@pytest.mark.parametrize("lock", ["receiving", "writer", "alone"])
def test_a_second_process_waits_and_says_for_whom(tmp_path: Path, lock: str) -> None:
    home = Home(tmp_path)
    with held(home, lock) as first:
        assert has_it(first)
        with held(home, "alone") as second:
            assert second.stderr
            told = second.stderr.readline()
            assert f"プロセス番号{first.pid}" in told
            assert "待っています" in told
            first.communicate("")
            assert has_it(second)


def test_a_thread_waits_for_another_one(tmp_path: Path) -> None:
    home, order = Home(tmp_path), list[str]()

    def second() -> None:
        with home.alone(), home.receiving():
            order.append("second")

    with home.receiving(), home.receiving():
        thread = Thread(target=second)
        thread.start()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_what_arrives_does_not_wait_for_a_build(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with held(home, "writer") as building:
        assert has_it(building)
        with home.receiving():
            pass
        building.communicate("")


def test_who_receives_cannot_begin_to_build(tmp_path: Path) -> None:
    """Two that wait for each other would wait for ever."""
    home = Home(tmp_path)
    with home.receiving(), pytest.raises(RuntimeError), home.writer():
        pass
    with home.writer(), home.receiving(), home.alone():
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
