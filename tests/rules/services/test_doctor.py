"""`mishukin doctor`: a home in order is told so, and each thing amiss is told by its name."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import cli
from services import quiet
from services.exits import Exit
from services.home import Home
from services.records import audit, doctor
from services.records.doctor import State
from terms.years import TOKYO

NOW = datetime(2026, 4, 1, 9, tzinfo=TOKYO)


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    audit.note(home, NOW - timedelta(days=1), "load", by="財政課", accepted=3, rejected=0)
    return home


def states(home: Home) -> dict[str, State]:
    return {each.name: each.state for each in doctor.examine(home, NOW)}


def messages(home: Home) -> dict[str, str]:
    return {each.name: each.message for each in doctor.examine(home, NOW)}


def test_a_home_in_order_has_no_fault_and_changes_nothing(home: Home) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.root.rglob("*")}
    assert State.FAULT not in states(home).values()
    assert {path: path.stat().st_mtime_ns for path in home.root.rglob("*")} == before


def forge(home: Home) -> None:
    home.audit.write_bytes(home.audit.read_bytes().replace("財政課".encode(), b"xyz"))


def misread_calendar(home: Home) -> None:
    (home.config / "calendar.yml").write_text("years: いつか\n", encoding="utf-8")


def misread_register(home: Home) -> None:
    (home.config / "claims.csv").write_text("債権\n", encoding="utf-8")


def misname_setting(home: Home) -> None:
    (home.config / "city.yml").write_text("unlt: 千円\n", encoding="utf-8")


def misaddress(home: Home) -> None:
    (home.config / "departments.yml").write_text("escalation: [財政局]\n", encoding="utf-8")


def damage_site(home: Home) -> None:
    folder = home.public / "2025-07-31" / "r1"
    folder.mkdir(parents=True)
    (folder / "release.json").write_text("{}")


def call_home(home: Home) -> None:
    (home.dagster / "dagster.yaml").write_text("telemetry:\n  enabled: true\n")


FAULTS: list[tuple[str, Callable[[Home], None]]] = [
    ("監査記録", forge),
    ("年間予定", misread_calendar),
    ("設定", misread_register),
    ("設定", misname_setting),
    ("設定", misaddress),
    ("公開サイト", damage_site),
    ("外部送信", call_home),
]


@pytest.mark.parametrize(("name", "spoil"), FAULTS)
def test_what_is_amiss_is_told_by_its_name(
    home: Home, name: str, spoil: Callable[[Home], None]
) -> None:
    spoil(home)
    assert states(home)[name] is State.FAULT


def test_telemetry_that_somebody_let_in_is_a_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(next(iter(quiet.SILENCE)))
    assert states(home)["外部送信"] is State.FAULT


@pytest.mark.parametrize("name", quiet.SILENCE)
def test_telemetry_that_somebody_switched_on_is_a_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "on")
    assert states(home)["外部送信"] is State.FAULT


def test_another_version_than_the_locked_one_is_named(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("duckdb==0.0.1 \\\n    --hash=sha256:00\n", encoding="utf-8")
    monkeypatch.setattr(doctor, "LOCK", lock)
    assert states(home)["パッケージ"] is State.FAULT
    assert "duckdb" in messages(home)["パッケージ"]


def test_who_writes_is_told_by_the_process(home: Home) -> None:
    with home.writer():
        assert states(home)["書込み中"] is State.WARNING
    assert states(home)["書込み中"] is State.GOOD


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=400)], ids=str)
def test_a_load_from_the_future_tells_of_the_clock(home: Home, ahead: timedelta) -> None:
    audit.note(home, NOW + ahead, "load", by="財政課", accepted=1, rejected=0)
    assert states(home)["受付"] is State.WARNING
    assert "時計" in messages(home)["受付"]


def test_the_command_ends_with_4_when_anything_is_amiss(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["--home", str(home.root), "doctor", "--json"]) == Exit.DONE
    assert {each["state"] for each in json.loads(capsys.readouterr().out)} <= {"good", "warning"}
    forge(home)
    assert cli.run(["--home", str(home.root), "doctor"]) == Exit.CHECK_FAILED
    assert "× 監査記録" in capsys.readouterr().out
