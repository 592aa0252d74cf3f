"""Which files are read, whose they are, and when the sensor asks for a run."""

import json
import os
import subprocess
from pathlib import Path

import dagster as dg
import pytest

from ingest.workbook.container import contents
from orchestration.sensors import inbox_sensor
from services.home import Home
from services.intake import inbox
from services.intake.inbox import handed_in, sources


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).create()


def put(home: Home, name: str, content: bytes = b"x") -> Path:
    path = home.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


LEFT_BY_PROGRAMS = [
    "~$調書.xlsx",
    "~WRL0001.tmp",
    ".~lock.調書.xlsx#",
    ".調書.xlsx",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "__MACOSX/調書.xlsx",
]
ANSWERED = [
    "a.xlsx",
    "b.XLSM",
    "c.xltx",
    "d.xlsb",
    "e.csv",
    "f.pdf",
    "g.zip",
    "h.eml",
    "調書",
    "調書.xlsx.part",
    "課/調書.crdownload",
]
CITY = ("999999",)


def refusals(home: Home, municipalities: tuple[str, ...] = CITY) -> dict[str, str]:
    """What is answered without being opened: path below the inbox → rule and message."""
    default = municipalities[0] if len(municipalities) == 1 else None
    found = sources([home.inbox], home.inbox, default, municipalities)
    assert not found.without_municipality
    return {
        file.path.relative_to(home.inbox).as_posix(): " ".join(file.refused)
        for file in found.files
        if file.refused
    }


@pytest.mark.parametrize("name", LEFT_BY_PROGRAMS)
def test_only_what_programs_leave_in_a_folder_is_passed_over(home: Home, name: str) -> None:
    put(home, f"999999/{name}")
    kept = [put(home, f"999999/{name}") for name in ANSWERED]
    assert sorted(handed_in(home.inbox)) == sorted(kept)
    assert refusals(home) == {}


def test_a_file_named_explicitly_is_always_read(home: Home) -> None:
    path = put(home, "999999/~$最終版.xlsx")
    assert list(handed_in(path)) == [path]


def test_a_book_that_is_being_edited_is_told(home: Home) -> None:
    put(home, "999999/a.xlsx")
    put(home, "999999/b.ods")
    put(home, "999999/c.xlsx")
    put(home, "999999/~$a.xlsx")
    put(home, "999999/.~lock.b.ods#")
    put(home, "999999/~$no longer there.xlsx")
    notes = sources([home.inbox], home.inbox, None).notes
    assert [note.split()[0] for note in notes] == ["a.xlsx", "b.ods"]
    assert all("閉じて" in note for note in notes)


def test_what_cannot_be_opened_is_answered_with_its_true_cause(home: Home) -> None:
    put(home, "999999/空.xlsx", b"")
    put(home, "999999/解凍した.xlsx/xl/workbook.xml")
    (home.inbox / "999999" / "消えた.xlsx").symlink_to(home.root / "nowhere.xlsx")
    os.mkfifo(home.inbox / "999999" / "管.xlsx")
    with put(home, "999999/動画.mp4").open("wb") as large:
        large.truncate(33 * 2**20)
    told = refusals(home)
    wanted = {
        "空.xlsx": "0バイト",
        "解凍した.xlsx": "フォルダ",
        "消えた.xlsx": "リンク",
        "管.xlsx": "ファイルではありません",
        "動画.mp4": "33MiB",
    }
    assert told.keys() == {f"999999/{name}" for name in wanted}
    for name, cause in wanted.items():
        assert cause in told[f"999999/{name}"]
        assert name in told[f"999999/{name}"]


def test_no_link_in_the_inbox_is_followed_and_each_is_told(home: Home, tmp_path: Path) -> None:
    outside = tmp_path / "共有" / "a.xlsx"
    outside.parent.mkdir()
    outside.write_bytes(b"x")
    folder = home.inbox / "999999"
    folder.mkdir()
    (folder / "b.xlsx").symlink_to(outside)
    (folder / "共有").symlink_to(outside.parent)
    (outside.parent / "戻る").symlink_to(home.inbox)
    told = refusals(home)
    assert told.keys() == {"999999/b.xlsx", "999999/共有"}
    assert all("リンク" in each for each in told.values())
    (behind,) = sources([folder / "共有" / "a.xlsx"], home.inbox, None).files
    assert behind.refused
    assert "リンク" in behind.refused[1]


def test_the_inbox_may_be_a_link_and_so_may_what_somebody_names(home: Home, tmp_path: Path) -> None:
    shared = tmp_path / "共有"
    (shared / "999999").mkdir(parents=True)
    (shared / "999999" / "a.xlsx").write_bytes(b"x")
    home.inbox.rmdir()
    home.inbox.symlink_to(shared)
    named = tmp_path / "名指し.xlsx"
    named.symlink_to(shared / "999999" / "a.xlsx")
    found = sources([home.inbox, named], home.inbox, None).files
    assert [(file.name, file.refused) for file in found] == [
        ("a.xlsx", None),
        ("名指し.xlsx", None),
    ]
    assert [contents(file.path) for file in found] == [b"x", b"x"]


@pytest.mark.parametrize("name", ["管", "/dev/zero", "リンク", "大きい"])
def test_what_took_the_place_of_a_file_since_it_was_looked_at_is_not_read(
    home: Home, name: str
) -> None:
    os.mkfifo(home.inbox / "管")
    (home.inbox / "リンク").symlink_to(put(home, "a.xlsx"))
    with put(home, "大きい").open("wb") as large:
        large.truncate(33 * 2**20)
    with pytest.raises(OSError):
        contents(home.inbox / name)


def test_of_more_than_one_load_reads_the_largest_go_back(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST_AT_ONCE", 2 * 2**20)
    for name, size in (("a", 2 * 2**20), ("b", 2**20), ("c", 2**20)):
        put(home, f"999999/{name}.xlsx", bytes(size))
    told = refusals(home)
    assert told.keys() == {"999999/a.xlsx"}
    assert "合わせて2MiBまで" in told["999999/a.xlsx"]


def test_a_folder_of_any_depth_is_looked_through(home: Home) -> None:
    folder = os.open(home.inbox, os.O_RDONLY)
    for _ in range(2500):  # beyond what a path can name
        os.mkdir("a", dir_fd=folder)
        below = os.open("a", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    try:
        (told,) = sources([home.inbox], home.inbox, None, CITY).files
    finally:
        subprocess.run(["rm", "-r", home.inbox], check=True)
    assert told.refused
    assert "深すぎる" in told.refused[1]


def test_the_folder_of_the_inbox_tells_the_municipality(home: Home, tmp_path: Path) -> None:
    mine, stray = put(home, "271004/課/a.xlsx"), put(home, "999999")
    outside = tmp_path / "c.xlsx"
    outside.write_bytes(b"x")
    found = sources([home.inbox, outside], home.inbox, None)
    assert {file.path: file.municipality_code for file in found.files} == {
        mine: "271004",
        stray: None,
        outside: None,
    }
    assert found.without_municipality == (outside,)
    told = sources([home.inbox, outside], home.inbox, "999999")
    assert {file.municipality_code for file in told.files} == {"271004", "999999"}
    assert not told.without_municipality
    assert not any(file.refused for file in told.files)


def test_a_file_of_nobody_or_of_another_municipality_is_answered(home: Home) -> None:
    for name in ("a.xlsx", "課/a.xlsx", "271004/a.xlsx", "999999/a.xlsx", "9999990/a.xlsx"):
        put(home, name)
    no_code = "municipality 置かれたフォルダ「inbox/9999990」は団体コード"
    not_ours = "municipality 団体コード271004は、この倉庫の団体(999999"
    nobodys = "municipality どの団体のものか分かりません"

    def answers(*municipalities: str) -> dict[str, str]:
        told = refusals(home, municipalities)
        known = (no_code, not_ours, nobodys)
        return {p: next(a for a in known if words.startswith(a)) for p, words in told.items()}

    strange = {"9999990/a.xlsx": no_code}
    assert answers("999999") == strange | {"271004/a.xlsx": not_ours}
    assert 'municipalities: ["' in refusals(home)["271004/a.xlsx"]
    stray = {"a.xlsx": nobodys, "課/a.xlsx": nobodys}
    assert answers("999999", "131016") == strange | stray | {"271004/a.xlsx": not_ours}
    assert answers("999999", "271004") == answers() == strange | stray


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


@pytest.mark.parametrize("name", LEFT_BY_PROGRAMS)
def test_the_sensor_ignores_what_would_not_be_read(home: Home, name: str) -> None:
    watch = Watch(home)
    put(home, f"999999/{name}")
    assert watch.tick() == watch.tick() == []


def test_the_sensor_asks_once_for_all_that_needs_an_answer(home: Home) -> None:
    watch = Watch(home)
    put(home, "a.csv")
    put(home, "999999/調書.xlsx/xl/workbook.xml")
    (home.inbox / "999999" / "消えた.xlsx").symlink_to(home.root / "nowhere.xlsx")
    watch.tick()
    (request,) = watch.tick()
    assert paths(request) == ["999999/消えた.xlsx", "999999/調書.xlsx", "a.csv"]
    assert watch.tick() == []


def test_the_cursor_knows_files_and_no_time_of_day(home: Home) -> None:
    watch = Watch(home)
    put(home, "999999/a.xlsx")
    watch.tick()
    before = watch.cursor
    watch.tick()
    watch.tick()
    assert set(json.loads(watch.cursor or "")) == {"seen", "asked"}
    assert json.loads(before or "")["seen"] == json.loads(watch.cursor or "")["seen"]
