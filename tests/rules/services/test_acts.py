"""Every load, rejection, waiver, withdrawal and change of settings is noted, once."""

from datetime import datetime
from pathlib import Path

import pytest
from support.workbooks import GOOD, with_cell

from ingest.load import Arrival, SourceFile
from services.home import Home
from services.intake.receiving import receive
from services.records import acts, audit, truth
from terms.years import TOKYO

JULY = datetime(2020, 7, 1, 9, tzinfo=TOKYO)


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    """A good form and one that goes back."""
    home = Home(tmp_path / "home").create()
    files = []
    for name, data in (("good", GOOD.read_bytes()), ("bad", with_cell("G29", "約二件"))):
        (tmp_path / f"{name}.xlsx").write_bytes(data)
        files.append(SourceFile(tmp_path / f"{name}.xlsx", "271004"))
        receive(home, files, Arrival(JULY.replace(day=len(files)), by="教育委員会"))
    return home


def noted(home: Home) -> list[tuple[object, ...]]:
    return [
        (line["action"], line.get("file"), line.get("accepted"), line.get("rejected"))
        for line in audit.read(home)
        if line["action"] != truth.ACTION
    ]


def test_a_load_and_a_rejection_are_noted(home: Home) -> None:
    assert noted(home) == [
        ("load", None, 1, 0),
        ("reject", "bad.xlsx", None, None),
        ("load", None, 0, 1),
    ]
    assert audit.verify(home).faults == ()


def test_what_a_kill_left_un_noted_is_noted_later_and_once(home: Home) -> None:
    expected = noted(home)
    log = home.audit.read_bytes().splitlines(keepends=True)
    home.audit.unlink()
    home.audit.with_suffix(".head").unlink()
    home.audit.write_bytes(b"".join(log[:2]))  # killed while the second load was noted
    for day in (3, 4):
        acts.catch_up(home, JULY.replace(day=day))
        assert sorted(noted(home), key=str) == sorted(expected, key=str)


def test_a_changed_setting_is_noted_with_its_hash(home: Home) -> None:
    city = home.config / "city.yml"
    for content in ("unit: 千円\n", "unit: 千円\n", "unit: 円\n", None):
        city.unlink(missing_ok=True)
        if content:
            city.write_text(content, encoding="utf-8")
        acts.catch_up(home, JULY)
    changes = [line for line in audit.read(home) if line["action"] == "configure"]
    assert [line["file"] for line in changes] == ["city.yml"] * 3
    assert changes[2]["sha256"] is None
    assert changes[0]["sha256"] != changes[1]["sha256"]


def test_a_figure_let_pass_is_noted_with_who_and_why(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    (home.config / "waivers.yml").write_text(
        "- rule: computed_amount\n  claim: '003'\n  reason: 確認中\n  by: 財政課長\n"
        "  until: 2020-12-31\n",
        encoding="utf-8",
    )
    (tmp_path / "a.xlsx").write_bytes(with_cell("D16", 5))
    receive(home, [SourceFile(tmp_path / "a.xlsx", "271004")], Arrival(JULY))
    (waived,) = [line for line in audit.read(home) if line["action"] == "waive"]
    assert (waived["rule"], waived["sheet"]) == ("computed_amount", "003")
    assert "財政課長" in waived["waiver"]
    assert "確認中" in waived["waiver"]


def test_foreign_lines_in_the_log_keep_nobody_from_noting(home: Home) -> None:
    with home.audit.open("ab") as log:
        log.write(b'{"x": 1}\n')
    (home.config / "city.yml").write_text("unit: 千円\n", encoding="utf-8")
    acts.catch_up(home, JULY)
    assert audit.read(home)[-1]["action"] == "configure"
    assert audit.verify(home).faults
