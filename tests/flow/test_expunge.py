"""`mishukin expunge` to its end: also what was built of a workbook, and what runs told of it."""

import json
from datetime import datetime
from pathlib import Path

from attack.test_expunge import TURNED_AWAY, WHY, form, found
from flow.city import CODE, mishukin

from ingest import landing
from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit
from services.generation import current_generation
from services.home import Home
from services.query import ask
from terms.years import TOKYO

LATER = datetime(2020, 12, 1, 9, tzinfo=TOKYO)


def test_nothing_of_it_is_left_of_what_was_built(built: Home, tmp_path: Path) -> None:
    """A form that goes back for a cell that quotes the mark, through the main job."""
    book = built.inbox / CODE / "誤り.xlsx"
    book.write_bytes(form(TURNED_AWAY, f"約二件{TURNED_AWAY}", "105"))
    assert runs.run(built, stopped_at(LATER)).code is Exit.REJECTED
    rows = landing.table(built.landing, "submission")
    (given,) = (row["submission_id"] for row in rows if row["file"] == book.name)
    backups = tmp_path / "backups"
    assert mishukin(built, "backup", str(backups)).code == Exit.DONE
    for folder in (built.marts, built.extracts, built.dagster, backups):
        assert found(folder, TURNED_AWAY)
    approved = {day.name for day in built.drafts.iterdir()}

    def expunge(by: str):
        told = ("--reason", WHY, "--backup", str(backups), "--at", LATER.isoformat())
        return mishukin(built, "expunge", given[:8], "--by", by, *told)

    asked = expunge("課長")
    assert asked.code == Exit.DONE, asked.err
    assert "誤り.xlsx" in asked.out
    waiting = mishukin(built, "doctor", "--at", LATER.isoformat())
    assert "別の人の実行を待っています" in waiting.out
    assert expunge("課長").code == Exit.NOT_APPROVED
    assert found(built.marts, TURNED_AWAY)

    done = expunge("部長")
    assert done.code == Exit.DONE, done.err
    assert found(built.root, TURNED_AWAY) == []
    assert found(backups, TURNED_AWAY) == []
    assert len(list(built.marts.glob("2*.duckdb"))) == 1
    assert {day.name for day in built.drafts.iterdir()} == approved
    assert ask(built, "select count(*) from mart_submission").rows[0][0] == len(rows) - 1
    looked = mishukin(built, "doctor", "--deep", "--json", "--at", LATER.isoformat())
    states = {each["name"]: each["state"] for each in json.loads(looked.out)}
    assert {states[each] for each in ("保管と取込", "公開用データ", "保存と消去", "監査記録")} == {
        "good"
    }
    before = current_generation(built)
    assert mishukin(built, "rebuild", "--from-archive", "--at", LATER.isoformat()).code == Exit.DONE
    assert current_generation(built) == before
    assert mishukin(built, "backup", str(backups)).code == Exit.DONE
