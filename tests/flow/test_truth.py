"""What somebody touched never reaches a mart or the public; the file and the remedy are named."""

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flow.city import RECEIVED, fingerprint, mishukin

from orchestration import runs
from services import releases
from services.clock import stopped_at
from services.exits import Exit
from services.generation import current_generation
from services.home import Home
from services.records import truth
from terms.years import TOKYO

JULY = date(2020, 7, 31)
LATER = datetime(2020, 10, 30, 9, 0, tzinfo=TOKYO)
NEXT = LATER + timedelta(days=1)


def flip(path: Path) -> None:
    """One bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def test_a_changed_bit_changes_no_mart(built: Home, tmp_path: Path) -> None:
    """A flipped bit of a number still is a number: only its hash tells."""
    assert mishukin(built, "backup", str(tmp_path / "backup")).code == Exit.DONE
    before = current_generation(built)
    cells = max(built.landing.glob("batch=2*")) / "cell.parquet"
    flip(cells)
    told = runs.build(built, stopped_at(RECEIVED))
    assert told.code is Exit.CHECK_FAILED
    assert cells.parent.name in told.messages[0]
    assert "--damaged" in told.messages[0]
    assert current_generation(built) == before
    assert mishukin(built, "restore", str(tmp_path / "backup"), "--damaged").code == Exit.DONE
    assert runs.build(built, stopped_at(RECEIVED)).code is Exit.DONE
    assert current_generation(built) == before


def published(home: Home) -> None:
    releases.approve(home, JULY, "財政課長", LATER)
    assert runs.publish(home, stopped_at(LATER), JULY).code is Exit.DONE


def changed(home: Home) -> str:
    flip(home.public / "2020-07-31" / "r1" / "report.csv")
    return "public/2020-07-31/r1/report.csv"


def lost(home: Home) -> str:
    (home.public / "feed.xml").unlink()
    return "public/feed.xml"


def added(home: Home) -> str:
    (home.public / "breaking.html").write_text("<h1>0円</h1>", encoding="utf-8")
    return "public/breaking.html"


def forged(home: Home) -> str:
    flip(home.releases / "2020-07-31" / "r1.json")
    return "releases/2020-07-31/r1.json"


@pytest.mark.parametrize("touch", [changed, lost, added, forged])
def test_nothing_is_published_beside_what_somebody_touched(
    built: Home, touch: Callable[[Home], str]
) -> None:
    published(built)
    name = touch(built)
    before = fingerprint(built.public)
    refused = runs.publish(built, stopped_at(NEXT), JULY)
    assert (refused.code, refused.messages[0].startswith(name)) == (Exit.CHECK_FAILED, True)
    assert fingerprint(built.public) == before
    told = mishukin(built, "doctor")
    assert f"× 保管と取込: {name}" in told.out


def test_a_publication_that_was_noted_and_did_not_happen_is_none(
    built: Home, tmp_path: Path
) -> None:
    """A kill between the two: the old site is still the true one, and the next time it is done."""
    releases.approve(built, JULY, "財政課長", LATER)
    whole = Home(shutil.copytree(built.root, tmp_path / "whole", symlinks=True))
    assert runs.publish(whole, stopped_at(LATER), JULY).code is Exit.DONE
    truth.record_site(built, LATER, whole.public)
    assert truth.faults(built, *truth.SITE, deep=True) == []
    assert runs.publish(built, stopped_at(LATER), JULY).code is Exit.DONE
    assert fingerprint(built.public) == fingerprint(whole.public)
    assert truth.faults(built, *truth.SITE, deep=True) == []


def test_the_site_may_lie_behind_a_link(built: Home, tmp_path: Path) -> None:
    server = tmp_path / "disk of the server" / "site"
    server.parent.mkdir()
    built.public.rename(server)
    built.public.symlink_to(server)
    published(built)
    assert built.public.is_symlink()
    assert (server / "index.html").is_file()
    assert list(server.parent.iterdir()) == [server]
