"""A backup for another place: nobody reads it without the key, and with it nothing is missing."""

from datetime import datetime
from pathlib import Path

import pytest
from support.workbooks import GOOD

from ingest.load import Arrival, SourceFile
from services.exits import Stop
from services.home import Home
from services.intake.receiving import receive
from services.records import sealed, truth
from terms.years import TOKYO

JULY = datetime(2020, 7, 1, 9, tzinfo=TOKYO)


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    receive(home, [SourceFile(GOOD, "271004")], Arrival(JULY))
    (home.config / "city.yml").write_text("contact: 秘密の係\n", encoding="utf-8")
    return home


def contents(home: Home) -> dict[str, bytes]:
    there = {**truth.present(home, truth.LANDING, truth.ARCHIVE), "city": home.config / "city.yml"}
    return {name: path.read_bytes() for name, path in there.items()}


def test_it_comes_back_whole_with_the_key(home: Home, tmp_path: Path) -> None:
    recipient = sealed.new_key(tmp_path / "key")
    made = sealed.seal(home, tmp_path / "away", JULY, [recipient])
    restored = Home(tmp_path / "restored")
    assert sealed.unseal(restored, tmp_path / "away", tmp_path / "key").files == made.files
    assert contents(restored) == contents(home)
    left = [*home.dagster.glob(".unsealed-*"), *restored.dagster.glob(".unsealed-*")]
    assert left == []


def test_without_the_key_nothing_is_told(home: Home, tmp_path: Path) -> None:
    recipient = sealed.new_key(tmp_path / "key")
    sealed.seal(home, tmp_path / "away", JULY, [recipient])
    (file,) = (tmp_path / "away").iterdir()
    assert "秘密の係".encode() not in file.read_bytes()
    assert GOOD.read_bytes()[:64] not in file.read_bytes()
    sealed.new_key(tmp_path / "another")
    with pytest.raises(Stop, match="鍵が違う"):
        sealed.unseal(Home(tmp_path / "restored"), tmp_path / "away", tmp_path / "another")
    assert not list((tmp_path / "restored").rglob("*.parquet"))


def test_any_of_several_keys_opens_it(home: Home, tmp_path: Path) -> None:
    recipients = [sealed.new_key(tmp_path / name) for name in ("one", "two")]
    sealed.seal(home, tmp_path / "away", JULY, recipients)
    sealed.unseal(Home(tmp_path / "restored"), tmp_path / "away", tmp_path / "two")
    assert contents(Home(tmp_path / "restored")) == contents(home)


def test_a_changed_byte_is_told_and_nothing_restored(home: Home, tmp_path: Path) -> None:
    recipient = sealed.new_key(tmp_path / "key")
    sealed.seal(home, tmp_path / "away", JULY, [recipient])
    (file,) = (tmp_path / "away").iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(Stop, match="壊れています"):
        sealed.unseal(Home(tmp_path / "restored"), tmp_path / "away", tmp_path / "key")
    assert not list((tmp_path / "restored").rglob("*.parquet"))


def test_a_key_is_its_owners_and_never_overwritten(tmp_path: Path) -> None:
    sealed.new_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(Stop, match="別の名前"):
        sealed.new_key(tmp_path / "key")


@pytest.mark.parametrize("recipient", ["", "age1", "係長", "AGE-SECRET-KEY-1"])
def test_what_is_no_recipient_is_told(home: Home, tmp_path: Path, recipient: str) -> None:
    with pytest.raises(Stop, match="宛先"):
        sealed.seal(home, tmp_path / "away", JULY, [recipient])
