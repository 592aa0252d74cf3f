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
from support.once import once

from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home

JULY, OCTOBER = date(2020, 7, 31), date(2020, 10, 31)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The real forms through the inbox, two balance reports, everything run once."""
    return copied(once("city", build), tmp_path_factory.mktemp("once"))


@pytest.fixture
def built(built_once: Home, tmp_path: Path) -> Home:
    """A copy of that home."""
    return copied(built_once.root.parent, tmp_path / "city")


def build(folder: Path) -> None:
    home = Home(folder / "home")
    fill_inbox(home)
    for as_of, at in ((JULY, RECEIVED), (OCTOBER, IN_NOVEMBER)):
        report = folder / f"{as_of}.xlsx"
        report.write_bytes(balance_report(as_of, 1000))
        land(home, [report], at)
    outcome = runs.run(home, stopped_at(RECEIVED))
    assert outcome.code is Exit.DONE, outcome.messages


def copied(made: Path, folder: Path) -> Home:
    """The home that was made in a folder, in another one."""
    return Home(shutil.copytree(made / "home", folder / "home", symlinks=True))
