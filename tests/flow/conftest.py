"""A home with a generation and drafts, built once and copied for each test."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from flow.city import (
    IN_NOVEMBER,
    RECEIVED,
    balance_report,
    fill_inbox,
    land,
)

from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home

JULY, OCTOBER = date(2020, 7, 31), date(2020, 10, 31)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where homes that are built lie, one after the other: for another path dbt parses anew."""
    return tmp_path_factory.mktemp("city") / "home"


@pytest.fixture(scope="session")
def built_once(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The real forms through the inbox, two balance reports, everything run once."""
    folder = tmp_path_factory.mktemp("once")
    home = Home(place)
    fill_inbox(home)
    for as_of, at in ((JULY, RECEIVED), (OCTOBER, IN_NOVEMBER)):
        report = folder / f"{as_of}.xlsx"
        report.write_bytes(balance_report(as_of, 1000))
        land(home, [report], at)
    outcome = runs.run(home, stopped_at(RECEIVED))
    assert outcome.code is Exit.DONE, outcome.messages
    return Home(place.rename(folder / "home"))


@pytest.fixture
def built(built_once: Home, place: Path) -> Home:
    """A copy of that home; dbt's parsed project comes along."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(built_once.root, place, symlinks=True)
    return Home(place)
