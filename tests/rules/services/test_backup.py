"""A backup brings back what cannot be made again, to the byte, or says what is wrong with it."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.workbooks import GOOD, with_cell

from ingest import landing
from ingest.load import Arrival, SourceFile
from services.exits import Stop
from services.home import FOLDERS, Home
from services.intake import versions
from services.intake.receiving import receive
from services.records import audit, backup, rebuild, truth
from terms.years import TOKYO

JULY = datetime(2020, 7, 1, 9, tzinfo=TOKYO)
LATER = JULY + timedelta(days=30)


@pytest.fixture(scope="module", name="made_once")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two versions of a form, one that went back, a withdrawal; and a site."""
    folder = tmp_path_factory.mktemp("made")
    home = Home(folder / "home").create()
    contents = (GOOD.read_bytes(), with_cell("G29", 3), with_cell("G29", "約二件"))
    for day, content in enumerate(contents, 1):
        path = folder / f"調書{day}.xlsx"
        path.write_bytes(content)
        receive(home, [SourceFile(path, "271004")], Arrival(JULY.replace(day=day), by="教育委員会"))
    newest = landing.table(home.landing, "submission")[1]["submission_id"]
    versions.withdraw(home, newest, "課長", "誤り", JULY.replace(day=9))
    (home.public / "index.html").write_text("<h1>未収金</h1>", encoding="utf-8")
    return home


@pytest.fixture(name="home")
def _home(made_once: Home, tmp_path: Path) -> Home:
    """A copy of it."""
    return Home(Path(shutil.copytree(made_once.root, tmp_path / "home", symlinks=True)))


def kept(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.root).as_posix(): path.read_bytes()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and path.relative_to(home.root).parts[0] not in backup.REBUILT
    }


def rows(home: Home) -> dict[str, list[dict[str, object]]]:
    return {name: landing.table(home.landing, name) for name in landing.SCHEMAS}


def test_a_restored_home_is_the_same(home: Home, tmp_path: Path) -> None:
    made = backup.backup(home, tmp_path / "backup", LATER)
    restored = Home(tmp_path / "restored")
    assert backup.restore(restored, tmp_path / "backup").files == made.files
    assert kept(restored) == kept(home)
    (listed,) = (tmp_path / "backup").glob("*.json")
    noted = json.loads(listed.read_bytes())["audit_head"]
    assert audit.verify(restored, {noted: "控え"}).faults == ()


def test_all_but_what_is_made_again_is_in_a_backup(tmp_path: Path) -> None:
    home, restored = Home(tmp_path / "home").create(), Home(tmp_path / "restored")
    for name in FOLDERS:
        (home.root / name / "one.txt").write_text(name, encoding="utf-8")
    home.warehouse.write_bytes(b"made again")
    backup.backup(home, tmp_path / "backup", LATER)
    backup.restore(restored, tmp_path / "backup")
    back = {path.parent.name for path in restored.root.glob("*/one.txt")}
    assert set(FOLDERS) - back == {"marts", "extracts", "dagster"}
    assert not restored.warehouse.exists()


def test_a_second_backup_copies_only_what_is_new_and_keeps_the_first(
    home: Home, tmp_path: Path
) -> None:
    first = backup.backup(home, tmp_path / "backup", LATER)
    before = kept(home)
    (home.public / "index.html").write_text("<h1>訂正</h1>", encoding="utf-8")
    second = backup.backup(home, tmp_path / "backup", LATER + timedelta(days=1))
    assert second.copied == 1
    restored = Home(tmp_path / "restored")
    backup.restore(restored, tmp_path / "backup", first.name)
    assert kept(restored) == before


def test_the_newest_backup_is_restored_where_none_is_named(home: Home, tmp_path: Path) -> None:
    backup.backup(home, tmp_path / "backup", LATER)
    (home.public / "index.html").write_text("<h1>訂正</h1>", encoding="utf-8")
    newest = backup.backup(home, tmp_path / "backup", LATER + timedelta(days=1))
    restored = Home(tmp_path / "restored")
    assert backup.restore(restored, tmp_path / "backup").name == newest.name
    assert kept(restored) == kept(home)


def test_an_interrupted_restore_is_finished_and_a_foreign_home_refused(
    home: Home, tmp_path: Path
) -> None:
    backup.backup(home, tmp_path / "backup", LATER)
    restored = Home(tmp_path / "restored")
    backup.restore(restored, tmp_path / "backup")
    restored.audit.unlink()
    assert backup.restore(restored, tmp_path / "backup").copied == 1
    (restored.public / "index.html").write_text("another", encoding="utf-8")
    with pytest.raises(Stop, match="控えと違うファイル"):
        backup.restore(restored, tmp_path / "backup")


@pytest.mark.parametrize("damage", [b"", b"something else"])
def test_a_damaged_backup_is_named_before_anything_is_written(
    home: Home, tmp_path: Path, damage: bytes
) -> None:
    backup.backup(home, tmp_path / "backup", LATER)
    next((tmp_path / "backup" / "objects").rglob("*/*")).write_bytes(damage)
    restored = Home(tmp_path / "restored")
    with pytest.raises(Stop, match="控えが壊れています"):
        backup.restore(restored, tmp_path / "backup")
    assert not restored.root.exists()


def test_a_list_that_names_a_place_outside_the_home_is_refused(home: Home, tmp_path: Path) -> None:
    made = backup.backup(home, tmp_path / "backup", LATER)
    listed = tmp_path / "backup" / f"{made.name}.json"
    listed.write_text(listed.read_text().replace("public/index.html", "../escaped.html"))
    with pytest.raises(Stop, match="外の名前"):
        backup.restore(Home(tmp_path / "restored"), tmp_path / "backup")


def test_a_backup_inside_the_home_is_refused(home: Home) -> None:
    with pytest.raises(Stop, match="外に"):
        backup.backup(home, home.root / "backup", LATER)


def test_the_landing_zone_is_made_again_from_the_archive(home: Home) -> None:
    before = rows(home)
    shutil.rmtree(home.landing)
    assert rebuild.land_again(home, LATER) == 4
    assert rows(home) == before
    assert rebuild.land_again(home, LATER) == 4
    assert rows(home) == before


def test_the_settings_of_the_day_judge_again_not_todays(home: Home, tmp_path: Path) -> None:
    waiver = (
        "- rule: computed_amount\n  claim: '003'\n  reason: 確認中\n  by: 課長\n"
        "  until: 2020-12-31\n"
    )
    (home.config / "waivers.yml").write_text(waiver, encoding="utf-8")
    (tmp_path / "waived.xlsx").write_bytes(with_cell("D16", 5))
    receive(home, [SourceFile(tmp_path / "waived.xlsx", "271004")], Arrival(JULY.replace(day=20)))
    before = rows(home)
    (home.config / "waivers.yml").unlink()
    shutil.rmtree(home.landing)
    rebuild.land_again(home, LATER)
    assert rows(home) == before


def test_a_setting_that_nobody_knows_any_more_does_not_stop_it(home: Home, tmp_path: Path) -> None:
    (home.config / "city.yml").write_text('municipality_code: "271004"\n', encoding="utf-8")
    (tmp_path / "調書.xlsx").write_bytes(with_cell("G29", 4))
    receive(home, [SourceFile(tmp_path / "調書.xlsx", "271004")], Arrival(JULY.replace(day=20)))
    before = rows(home)
    for kept_file in (home.archive / "settings").iterdir():
        kept_file.write_text(kept_file.read_text("utf-8") + "colour: 赤\n", encoding="utf-8")
        truth.record(home, LATER, [kept_file])
    shutil.rmtree(home.landing)
    rebuild.land_again(home, LATER)
    assert rows(home) == before


def test_a_file_of_settings_that_sets_nothing_does_not_stop_it(home: Home, tmp_path: Path) -> None:
    (home.config / "city.yml").write_text("# municipality_code: まだ\n", encoding="utf-8")
    (tmp_path / "調書.xlsx").write_bytes(with_cell("G29", 4))
    receive(home, [SourceFile(tmp_path / "調書.xlsx", "271004")], Arrival(JULY.replace(day=20)))
    before = rows(home)
    shutil.rmtree(home.landing)
    rebuild.land_again(home, LATER)
    assert rows(home) == before


def test_a_landing_zone_that_the_archive_contradicts_stays(home: Home) -> None:
    before = rows(home)
    next(home.archive.glob("*.xlsx")).unlink()
    with pytest.raises(Stop, match="が失われています"):
        rebuild.land_again(home, LATER)
    assert rows(home) == before


def test_a_load_that_a_kill_ended_before_its_batch_is_not_landed_again(
    home: Home, tmp_path: Path
) -> None:
    receipt = max((home.archive / "receipts").glob("*.json"))
    before = rows(home)
    told = receipt.read_text(encoding="utf-8").replace("2020-07-09", "2020-07-19")
    (home.archive / "receipts" / "00000099.json").write_text(told, encoding="utf-8")
    rebuild.land_again(home, LATER)
    assert rows(home) == before
