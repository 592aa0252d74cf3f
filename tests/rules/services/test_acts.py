"""Every load, rejection, waiver, withdrawal and change of settings is noted, once."""

import json
import os
import pwd
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from support.workbooks import GOOD, with_cell

import cli
from ingest.load import Arrival, SourceFile
from services.exits import Exit
from services.home import Home
from services.intake.receiving import receive
from services.records import acts, audit, soundness, truth
from services.records.audit import LostError
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
    last = json.loads(log[1])
    home.audit.write_bytes(b"".join(log[:2]))  # killed while the second load was noted
    home.audit.with_suffix(".head").write_text(
        json.dumps({"seq": last["seq"], "hash": last["hash"]})
    )
    for day in (3, 4):
        acts.catch_up(home, JULY.replace(day=day))
        assert sorted(noted(home), key=str) == sorted(expected, key=str)


def cut(home: Home, lines: int) -> None:
    """Only the first lines are left, and a head that says so."""
    log = home.audit.read_bytes().splitlines(keepends=True)[:lines]
    last = json.loads(log[-1]) if log else {"seq": 0, "hash": audit.GENESIS}
    home.audit.write_bytes(b"".join(log))
    head = {"seq": last["seq"], "hash": last["hash"]}
    home.audit.with_suffix(".head").write_text(json.dumps(head))


def deleted(home: Home, *suffixes: str) -> None:
    for suffix in suffixes:
        home.audit.with_suffix(suffix).unlink()


LOSSES: dict[str, Callable[[Home], None]] = {
    "all of it": lambda home: deleted(home, ".jsonl", ".head"),
    "its head": lambda home: deleted(home, ".head"),
    "all but a line of before the chain": lambda home: (
        deleted(home, ".head"),
        home.audit.write_bytes(b'{"at": "2020-07-01", "action": "load"}\n'),
    )[0],
    "all lines, led to": lambda home: cut(home, 0),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_log_that_is_lost_is_told_and_nobody_goes_on_over_it(
    home: Home, capsys: pytest.CaptureFixture[str], loss: str
) -> None:
    LOSSES[loss](home)
    left = {path.name: path.read_bytes() for path in home.root.glob("audit.*")}
    assert soundness.verify(home).faults
    with pytest.raises(LostError, match="audit resume"):
        acts.catch_up(home, JULY)
    if loss != "all lines, led to":
        with pytest.raises(LostError):
            audit.note(home, JULY, "freeze")
    assert {path.name: path.read_bytes() for path in home.root.glob("audit.*")} == left

    resume = [
        "--home",
        str(home.root),
        "audit",
        "resume",
        "--by",
        "情報課",
        "--reason",
        "誤って消去",
    ]
    assert cli.run(resume) == Exit.DONE
    assert cli.run(["--home", str(home.root), "audit", "verify"]) == Exit.DONE
    assert "情報課が、失われた記録の続きを始めました(理由: 誤って消去)" in capsys.readouterr().err
    assert [line["action"] for line in audit.read(home)].count("load") == 2
    acts.catch_up(home, JULY)


def test_a_faulty_log_is_kept_beside_the_one_that_follows_it(home: Home) -> None:
    altered = home.audit.read_bytes().replace("教育".encode(), "養育".encode())
    home.audit.write_bytes(altered)
    soundness.resume(home, JULY, "情報課", "書換え")
    resumed = audit.read(home)[0]
    assert (home.root / resumed["before"]).read_bytes() == altered
    assert soundness.verify(home).faults == ()
    assert "書換え" in soundness.verify(home).notes[0]


def test_nobody_forges_a_line_on_a_screen(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "課長\n2020-07-01 09:00 公表\r\x1b[2J\u2028\u202e\x9b1m"
    audit.note(home, JULY, "approve", by=hostile)
    for command in ("show", "show --json"):
        assert cli.run(["--home", str(home.root), "audit", *command.split()]) == Exit.DONE
        shown = capsys.readouterr().out
        assert len(shown.splitlines()) == len(audit.read(home))
        assert not set(shown) & set("\r\x1b\u2028\u202e\x9b")
    withdraw = ["withdraw", "0123", "--by", hostile, "--reason", "誤り"]
    assert cli.run(["--home", str(home.root), *withdraw]) == Exit.USAGE
    said = capsys.readouterr().err
    assert "目に見えない文字は使えません" in said
    assert len(said.splitlines()) == 1


def test_the_user_of_the_system_stands_beside_the_name_given(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "tanaka")
    monkeypatch.setenv("USER", "somebody")
    audit.note(home, JULY, "approve", by="課長")
    line = audit.read(home)[-1]
    user = pwd.getpwuid(os.getuid()).pw_name
    assert (line["by"], line["user"], line["sudo_user"]) == ("課長", user, "tanaka")


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
