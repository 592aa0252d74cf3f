"""What is made for the city's own desks: on its day, in its folder, never on the website."""

from pathlib import Path

import pytest
from flow.city import RECEIVED, fingerprint, with_marts

import cli
from orchestration.instance import open_instance
from orchestration.runs import Runner
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home


def test_jobs_write_for_the_desks_and_leave_the_website_alone(built: Home) -> None:
    public = fingerprint(built.public)
    with built.writer(), open_instance(built) as instance:
        running = Runner(built, stopped_at(RECEIVED.replace(month=12)), instance)
        for job in ("bulletin", "forms", "conference_august"):
            assert running.execute(job).success, job
    assert set(fingerprint(built.internal)) == {
        "index.html",
        *(f"bulletin/2020-12/{name}" for name in ("index.html", "bulletin.pdf", "bulletin.xlsx")),
        *(f"forms/2019/annual.{kind}" for kind in ("pdf", "xlsx")),
        *(f"conference/2020-august/pack.{kind}" for kind in ("pdf", "xlsx")),
    }
    assert fingerprint(built.public) == public
    page = (built.internal / "bulletin" / "2020-12" / "index.html").read_text("utf-8")
    assert "令和2年10月31日現在" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["form", "plan", "--claim", "008", "--fiscal-year", "2019"],
            "--claim は annual、promotion",
        ),
        (["form", "interim", "--fiscal-year", "2019"], "印刷できる様式は annual、promotion、plan"),
        (["form", "annual", "--fiscal-year", "2001"], "2001年度の未収金目標及び具体取組内容調書が"),
        (["bulletin", "2020-13"], "月は年と月で"),
        (["bulletin", "0000-01"], "月は年と月で"),
        (["bulletin", "2019-05"], "2019-05-01 より前の残高報告がない"),
        (["conference", "june"], "april、august"),
    ],
)
def test_what_cannot_be_made_is_told_in_a_line(
    built_once: Home, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert cli.run(["--home", str(built_once.root), *arguments]) == Exit.USAGE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["form", "annual", "--fiscal-year", "2019"],
        ["bulletin", "2020-12"],
        ["conference", "august"],
        ["report", "draft", "2020-07-31"],
    ],
)
def test_a_generation_of_an_earlier_version_is_to_be_built_anew(
    built: Home, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    later = ("fct_claim_status", "mart_outlook", "fct_collection", "mart_city_target")
    with_marts(built, *(f"drop table marts.{mart}" for mart in later))
    assert cli.run(["--home", str(built.root), *arguments]) == Exit.USAGE
    assert "前の版で作られた" in capsys.readouterr().err


def test_without_a_generation_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "city.yml").write_text(
        "municipality_code: '271004'\nmunicipality_name: 大阪市\n", "utf-8"
    )
    command = ["--home", str(tmp_path), "form", "annual", "--fiscal-year", "2019"]
    assert cli.run(command) == Exit.USAGE
    assert "公開用データがまだありません" in capsys.readouterr().err
