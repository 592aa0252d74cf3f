"""Everything behind the archive can be deleted and is made again, equal."""

import shutil
from datetime import date
from pathlib import Path

from flow.city import RECEIVED, fingerprint, mishukin

from exports.release.records import read_draft
from services.exits import Exit
from services.generation import current_generation
from services.home import Home

JULY, OCTOBER = date(2020, 7, 31), date(2020, 10, 31)


def results(home: Home) -> dict[str, object]:
    """What a city would miss: the content of the marts, and the drafts to the byte."""
    generation = current_generation(home)
    assert generation is not None
    drafts = {day: read_draft(home.drafts, day).content_hash for day in (JULY, OCTOBER)}
    return {"marts": generation.stem.split("-")[1], **drafts}


def test_a_home_restored_from_its_backup_is_rebuilt_equal_from_its_archive(
    built: Home, tmp_path: Path
) -> None:
    assert mishukin(built, "backup", str(tmp_path / "backup")).code == Exit.DONE
    restored = Home(tmp_path / "restored")
    assert mishukin(restored, "restore", str(tmp_path / "backup")).code == Exit.DONE
    for folder in (restored.landing, restored.drafts):
        shutil.rmtree(folder)
    done = mishukin(restored, "rebuild", "--from-archive", "--at", RECEIVED.isoformat())
    assert done.code == Exit.DONE, done.err
    assert results(restored) == results(built)
    assert fingerprint(restored.public) == fingerprint(built.public)
    assert mishukin(restored, "audit", "verify").code == Exit.DONE
