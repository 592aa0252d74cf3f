"""Which files are read, whose they are, and when the sensor asks for a run."""

import json
import os
from pathlib import Path

import dagster as dg
import pytest

from orchestration.home import Home
from orchestration.inbox import sources, workbooks
from orchestration.sensors import inbox_sensor


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).create()


def put(home: Home, name: str, content: bytes = b"x") -> Path:
    path = home.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


IGNORED = [
    "~$調書.xlsx",
    ".調書.xlsx",
    "調書.xlsx.tmp",
    "調書.xlsx.crdownload",
    "調書.xlsx.part",
    "メモ.txt",
    "Thumbs.db",
]


@pytest.mark.parametrize("name", IGNORED)
def test_a_folders_lock_files_and_half_copied_files_are_not_read(home: Home, name: str) -> None:
    put(home, f"999999/{name}")
    kept = [put(home, f"999999/{name}") for name in ("a.xlsx", "b.XLSM", "課/c.xls", "課/d.ods")]
    assert sorted(workbooks(home.inbox)) == sorted(kept)


def test_a_file_named_explicitly_is_always_read(home: Home) -> None:
    path = put(home, "999999/最終版.xlsx.part")
    assert list(workbooks(path)) == [path]


def test_the_folder_of_the_inbox_tells_the_municipality(home: Home, tmp_path: Path) -> None:
    mine, stray = put(home, "271004/課/a.xlsx"), put(home, "b.xlsx")
    outside = tmp_path / "c.xlsx"
    outside.write_bytes(b"")
    found = sources([home.inbox, outside], home.inbox, None)
    assert {file.path: file.municipality_code for file in found.files} == {
        mine: "271004",
        stray: None,
        outside: None,
    }
    assert set(found.without_municipality) == {stray, outside}
    told = sources([home.inbox, outside], home.inbox, "999999")
    assert {file.municipality_code for file in told.files} == {"271004", "999999"}
    assert not told.without_municipality


class Watch:
    """The sensor's ticks, one after the other."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.cursor: str | None = None

    def tick(self) -> list[dg.RunRequest]:
        context = dg.build_sensor_context(cursor=self.cursor, resources={"home": self.home})
        result = inbox_sensor(context)
        self.cursor = context.cursor
        return [result] if isinstance(result, dg.RunRequest) else []


def paths(request: dg.RunRequest) -> list[str]:
    return list(request.run_config["ops"]["landing"]["config"]["paths"])


def test_a_workbook_is_asked_for_once_it_no_longer_changes(home: Home) -> None:
    watch = Watch(home)
    assert watch.tick() == []
    path = put(home, "999999/a.xlsx", b"half")
    assert watch.tick() == []
    path.write_bytes(b"half and the rest")
    assert watch.tick() == []
    (request,) = watch.tick()
    assert paths(request) == ["999999/a.xlsx"]
    assert watch.tick() == []


def test_the_same_content_in_the_same_place_has_the_same_run_key(home: Home) -> None:
    watch = Watch(home)
    path = put(home, "999999/a.xlsx", b"1")
    watch.tick()
    (first,) = watch.tick()
    os.utime(path, ns=(10**18, 10**18))
    watch.tick()
    (touched,) = watch.tick()
    assert touched.run_key == first.run_key
    path.write_bytes(b"2")
    watch.tick()
    (changed,) = watch.tick()
    assert changed.run_key != first.run_key


def test_a_file_still_being_copied_does_not_hold_up_the_others(home: Home) -> None:
    watch = Watch(home)
    put(home, "999999/a.xlsx")
    growing = put(home, "999999/b.xlsx", b"1")
    watch.tick()
    growing.write_bytes(b"12")
    (request,) = watch.tick()
    assert paths(request) == ["999999/a.xlsx"]
    (later,) = watch.tick()
    assert paths(later) == ["999999/b.xlsx"]


@pytest.mark.parametrize("name", [*(f"999999/{name}" for name in IGNORED), "a.xlsx", "課/a.xlsx"])
def test_the_sensor_ignores_what_would_not_be_read(home: Home, name: str) -> None:
    watch = Watch(home)
    put(home, name)
    assert watch.tick() == watch.tick() == []


def test_the_cursor_knows_files_and_no_time_of_day(home: Home) -> None:
    watch = Watch(home)
    put(home, "999999/a.xlsx")
    watch.tick()
    before = watch.cursor
    watch.tick()
    watch.tick()
    assert set(json.loads(watch.cursor or "")) == {"seen", "asked"}
    assert json.loads(before or "")["seen"] == json.loads(watch.cursor or "")["seen"]
