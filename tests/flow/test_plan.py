"""`mishukin load --plan`: everything a load would change, and nothing changed."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from flow.city import (
    CODE,
    OSAKA,
    balance_report,
    fingerprint,
    mishukin,
)
from openpyxl import load_workbook

from ingest.load import Arrival, SourceFile
from orchestration import runs
from services import releases
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from services.intake import plan as plans
from terms.years import TOKYO

JULY = date(2020, 7, 31)
# the calendar's day of publication
LATER = datetime(2020, 10, 30, 9, 0, tzinfo=TOKYO)


@pytest.fixture(name="published")
def _published(built: Home) -> Home:
    releases.approve(built, JULY, "財政課長", LATER)
    assert runs.publish(built, stopped_at(LATER), JULY).code is Exit.DONE
    return built


def test_a_plan_names_versions_figures_and_publications_and_writes_nothing(
    published: Home, tmp_path: Path
) -> None:
    path = tmp_path / "july.xlsx"
    path.write_bytes(balance_report(JULY, 1500))
    before = fingerprint(published.root)
    found = plans.plan(published, [SourceFile(path, CODE)], Arrival(LATER))
    assert fingerprint(published.root) == before
    (submission,) = found.submissions
    assert (submission.file, submission.outcome) == ("july.xlsx", "replaces")
    assert submission.replaces is not None
    assert found.claims == ["003", "008"]
    changes = {
        (each.key["claim_number"], each.key["as_of"], each.column): (each.old, each.new)
        for each in found.marts
        if each.mart == "fct_collection"
    }
    assert changes["008", JULY, "assessed_prior"] == (1_000_000, 1_500_000)
    assert {day for _, day, _ in changes} == {JULY}
    would = found.published[JULY]
    assert (would.revision, {"balance"} <= {each.column for each in would.items}) == (1, True)
    assert found.code is Exit.DONE


def test_a_plan_of_what_is_known_already_changes_nothing(built: Home) -> None:
    files = sorted(map(str, (built.inbox / CODE).iterdir()))
    ended = mishukin(built, "load", "--plan", "--json", "--municipality", CODE, *files)
    assert ended.code == Exit.DONE
    parts = ("submissions", "claims", "marts", "published", "failures")
    assert json.loads(ended.out) == {part: [] for part in parts}


def test_the_command_prints_the_plan_and_ends_as_the_load_would(
    built: Home, tmp_path: Path
) -> None:
    book = load_workbook(OSAKA / "010.xlsx", data_only=True)
    book.worksheets[0]["D17"].value = "約千"
    book.save(tmp_path / "wrong.xlsx")
    before = fingerprint(built.root)
    wrong = str(tmp_path / "wrong.xlsx")
    ended = mishukin(built, "load", "--plan", "--municipality", CODE, wrong)
    assert (ended.code, fingerprint(built.root)) == (Exit.REJECTED, before)
    assert "wrong.xlsx › " in ended.out
    assert "返却" in ended.out
    assert "何も書き込んでいません" in ended.out


def test_a_plan_for_an_empty_home_tells_every_row_as_new(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    found = plans.plan(home, [SourceFile(OSAKA / "010.xlsx", CODE)], Arrival(LATER))
    assert not home.root.exists()
    assert [each.outcome for each in found.submissions] == ["new"]
    assert {each.kind for each in found.marts if each.mart == "fct_collection"} == {"added"}
    assert found.claims == ["010"]
