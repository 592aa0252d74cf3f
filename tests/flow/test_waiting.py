"""What has landed and is not built yet: told by whatever answers from the generation."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from flow.city import CODE, RECEIVED, balance_report, land
from python_calamine import CalamineWorkbook

import cli
from ingest.load import Arrival, SourceFile
from orchestration import runs
from services.clock import stopped_at
from services.desks import collection, internal
from services.exits import Exit
from services.home import Home
from services.intake.receiving import receive
from services.intake.versions import withdraw
from services.query import ask
from terms.years import TOKYO

JANUARY = date(2021, 1, 31)
DUE = date(2021, 2, 24)
KYOIKU = "教育委員会事務局"
AT = (RECEIVED + timedelta(days=200)).astimezone(TOKYO)
SAID = (
    "まだ公開用データに入っていない受付が3回あります(最後は2021-03-08 09:00)。"
    "mishukin build を実行すると入ります。\n"
)
TRACED = ("--claim", "8", "--fiscal-year", "2019", "--scenario", "actual", "--column", "balance")
APPROVED = ("2020-07-31", "--by", "財政課長", "--at", "2020-11-02T09:00")


def three_loads(home: Home, folder: Path) -> str:
    """A report that is accepted, a file that nobody can read, a form taken back; the form's id."""
    report, broken = folder / "一月.xlsx", folder / "文字.xlsx"
    report.write_bytes(balance_report(JANUARY, 900))
    land(home, [report], AT - timedelta(days=2))
    broken.write_text("text")
    receive(home, [SourceFile(broken, CODE)], Arrival(AT - timedelta(days=1)))
    ((form,),) = ask(
        home, "select submission_id from mart_submission where form = 'annual' limit 1"
    ).rows
    withdraw(home, form, "財政課長", "別の債権の調書だった", AT)
    return str(form)


def test_what_waits_is_told_until_a_build_takes_it_in(
    built: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*command: str) -> str:
        assert cli.run(["--home", str(built.root), *command]) == Exit.DONE
        return capsys.readouterr().err

    def listed() -> list[tuple[str, str | None]]:
        told("submissions")
        assert cli.run(["--home", str(built.root), "submissions", "--json"]) == Exit.DONE
        rows = json.loads(capsys.readouterr().out)
        return [(row["submission_id"], row["file"]) for row in rows if row["waiting"]]

    assert (told("submissions"), listed()) == ("", [])
    withdrawn = three_loads(built, tmp_path)
    capsys.readouterr()
    for command in (
        ("submissions",), ("findings", "--json"), ("sql", "from 財政.残高報告", "--format", "csv"),
        ("trace", "fct_collection", *TRACED),
    ):  # fmt: skip
        assert told(*command) == SAID
    for step in (("approve", *APPROVED), ("publish", APPROVED[0])):
        assert cli.run(["--home", str(built.root), "report", *step]) == Exit.CHECK_FAILED
        assert "受付が2回、まだ公開用データに入っていません" in capsys.readouterr().err
    assert told("sql", "from 財政.残高報告", "--as-of", "2020-12-01") == ""
    files = {file for _, file in listed()}
    assert ("一月.xlsx" in files, len(files), withdrawn in dict(listed())) == (True, 2, True)
    cli.run(["--home", str(built.root), "doctor", "--at", AT.isoformat()])
    assert f"△ 公開用データ: {built.current.resolve().stem}。{SAID}" in capsys.readouterr().out

    assert runs.build(built, stopped_at(AT)).code is Exit.DONE
    assert (told("submissions"), listed()) == ("", [])
    count = f"select count(*) from mart_balance_report where as_of = '{JANUARY}'"  # noqa: S608
    assert ask(built, count).rows == [(2,)]


def test_nobody_is_reminded_of_what_waits(built: Home, tmp_path: Path) -> None:
    day = DUE + timedelta(days=8)
    asked, before = asked_of_kyoiku(built, day), collection.grid_of(built, day)
    assert {"003", "008"} < asked
    three_loads(built, tmp_path)
    assert asked_of_kyoiku(built, day) == asked - {"003", "008"}
    grid = collection.grid_of(built, day)
    (place,) = (n for n, each in enumerate(grid.occasions) if each.due_on == DUE)
    texts = {claim.number: cell.text for claim in grid.departments[KYOIKU]
             if (cell := claim.cells[place])}  # fmt: skip
    assert {number for number, text in texts.items() if text == "受付済み（反映待ち）"} == {
        "003", "008",
    }  # fmt: skip
    come, owed = before.counted(KYOIKU, place)
    assert grid.counted(KYOIKU, place) == (come + 2, owed)


def test_the_bulletin_names_nobody_whose_form_waits(built: Home, tmp_path: Path) -> None:
    def owed() -> set[str]:
        internal.write_bulletin(built, date(2021, 4, 1), tmp_path)
        rows = CalamineWorkbook.from_path(tmp_path / "bulletin.xlsx").get_sheet_by_name("未提出")
        return {str(row[2]) for row in rows.to_python() if "令和3年1月31日" in str(row[4:5])}

    before = owed()
    assert {"003", "008"} < before
    three_loads(built, tmp_path)
    assert owed() == before - {"003", "008"}


def asked_of_kyoiku(home: Home, day: date) -> set[str]:
    """The claims of January's report that the department is asked for."""
    return {
        number
        for form in collection.missing(home, day)
        if form.department == KYOIKU and form.as_of == JANUARY
        for number, _ in form.claims
    }
