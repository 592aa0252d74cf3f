"""One home in which everything hostile was handed in and all of it taken through to the website."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from attack import canaries, names
from flow.city import CODE, RECEIVED, mishukin
from support.once import once

from orchestration import runs
from orchestration.instance import open_instance
from orchestration.sensors import inbox_sensor
from services import releases
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from terms.years import TOKYO

JULY = date(2020, 7, 31)
# The calendar's day of publication.
LATER = datetime(2020, 10, 30, 9, 0, tzinfo=TOKYO)


@dataclass(frozen=True)
class Handled:
    """The home as it is then, to be read only; and what the sensor asked for."""

    home: Home
    said: str
    asked: Mapping[str, Any]
    cursor: str


@pytest.fixture(scope="session")
def handled() -> Handled:
    """Canaries and hostile names, checked, loaded, built, approved and published."""
    folder = once("hostile", handle)
    told = json.loads((folder / "told.json").read_text("utf-8"))
    return Handled(Home(folder / "home"), **told)


def handle(folder: Path) -> None:
    """Everything that a home does, and a note of everything that it said meanwhile."""
    home = Home(folder / "home").create()
    (home.config / "city.yml").write_text(f'municipality_code: "{CODE}"\n', encoding="utf-8")
    (home.config / "claims.csv").write_text(canaries.REGISTER, encoding="utf-8")
    canaries.hand_in(home.inbox / CODE)
    names.hand_in(home.inbox / CODE)

    before = beside_dagster(home)
    checked = mishukin(home, "check", str(home.inbox), "--json")
    assert checked.code == Exit.REJECTED, checked.err
    assert beside_dagster(home) == before
    loaded = mishukin(home, "load", "--json")
    assert loaded.code == Exit.REJECTED, loaded.err
    for each in (checked, loaded):
        json.loads(each.out)
    asked, cursor = ask_by_sensor(home)
    with runs.runner(home, stopped_at(RECEIVED)) as running:
        assert running.execute("main", config=asked).success
    outcome = runs.run(home, stopped_at(RECEIVED), by="各所属")
    assert outcome.code is Exit.REJECTED, outcome.messages
    releases.approve(home, JULY, "財政課長", LATER)
    published = runs.publish(home, stopped_at(LATER), JULY)
    assert published.code is Exit.DONE, published.messages
    listed = [
        mishukin(home, *command, "--json")
        for command in (["findings"], ["submissions"], ["claims"])
    ]
    listed.append(mishukin(home, "claims", "--unregistered"))
    assert {each.code for each in listed} == {Exit.DONE}
    said = "\n".join([
        *(part for each in (checked, loaded, *listed) for part in (each.out, each.err)),
        *outcome.messages, *outcome.results, *published.messages, *published.results,
    ])  # fmt: skip
    told = {"said": said, "asked": asked, "cursor": cursor}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


def beside_dagster(home: Home) -> set[Path]:
    """The files of a home, and what stands beside it."""
    return {path for path in home.root.parent.rglob("*") if not path.is_relative_to(home.dagster)}


def ask_by_sensor(home: Home) -> tuple[dict[str, Any], str]:
    """What the inbox sensor asks for at its second look, and its cursor."""
    with open_instance(home) as instance:
        cursor = None
        for _ in range(2):
            context = dg.build_sensor_context(instance, cursor=cursor, resources={"home": home})
            asked = inbox_sensor(context)
            cursor = context.cursor
    assert isinstance(asked, dg.RunRequest)
    return dict(asked.run_config), str(cursor)
