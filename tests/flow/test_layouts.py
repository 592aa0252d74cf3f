"""Layouts of a home: read by the commands, kept with what they read, no concern of others."""

import shutil
from pathlib import Path

import pytest
from flow.city import RECEIVED, mishukin
from openpyxl import load_workbook
from support.workbooks import DATA, GOOD

from ingest.landing import table
from services.exits import Exit
from services.home import Home

WAIVED = DATA / "tables" / "平成30年度に放棄した債権.xlsx"
AT = RECEIVED.isoformat()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    (home.config / "layouts").mkdir()
    shutil.copy(DATA / "layouts" / "hoki.yml", home.config / "layouts")
    return home


def load(home: Home, path: Path, code: str = "271004") -> Exit:
    return Exit(mishukin(home, "load", str(path), "--municipality", code, "--received-at", AT).code)


def landed(home: Home) -> list[tuple[str, int | None]]:
    return [(row["cell"], row["number"]) for row in table(home.landing, "cell")]


def test_what_a_layout_read_then_is_read_so_again(home: Home) -> None:
    assert load(home, WAIVED) == Exit.DONE
    before = landed(home)
    assert len(before) == 20
    layout = home.config / "layouts" / "hoki.yml"
    layout.write_text(
        layout.read_text("utf-8").replace("放棄額: 放棄額", "放棄額: 免除額"), "utf-8"
    )
    shutil.rmtree(home.landing)
    assert mishukin(home, "rebuild", "--from-archive", "--at", AT).code == Exit.DONE
    assert landed(home) == before
    assert {row["measure"] for row in table(home.landing, "cell")} == {"放棄額"}


def test_without_its_layout_what_was_landed_stays_and_the_table_is_unknown(home: Home) -> None:
    assert load(home, WAIVED) == Exit.DONE
    before = landed(home)
    (home.config / "layouts" / "hoki.yml").unlink()
    assert mishukin(home, "check", str(WAIVED)).code == Exit.REJECTED
    assert landed(home) == before


def test_a_broken_layout_stops_nothing_but_itself(home: Home) -> None:
    (home.config / "layouts" / "他.yml").write_text("title: 他\ntables: 一つ\n", "utf-8")
    told = mishukin(home, "check", str(WAIVED), str(GOOD))
    assert told.code == Exit.DONE
    assert "config/layouts/他.yml" in told.err
    assert "tables: 「一つ」は使えません。「- 」で始まる項目を並べてください。" in told.err


def test_a_layout_of_one_municipality_is_none_of_another(home: Home) -> None:
    layout = home.config / "layouts" / "hoki.yml"
    layout.write_text(f"municipalities: ['282022']\n{layout.read_text('utf-8')}", "utf-8")
    assert load(home, WAIVED) == Exit.REJECTED
    assert load(home, WAIVED, "282022") == Exit.DONE


def test_an_empty_form_is_drawn_from_a_layout_of_the_home(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "放棄.xlsx"
    told = mishukin(home, "template", "hoki", "--fiscal-year", "2025", "-o", str(path))
    assert told.code == Exit.DONE, told.err
    sheet = load_workbook(path).worksheets[0]
    assert sheet["A1"].value == "令和7年度において放棄した市の債権"
    assert mishukin(home, "check", str(path)).code == Exit.REJECTED  # nobody has filled it in


def test_a_form_that_is_none_and_one_that_cannot_be_drawn(home: Home, tmp_path: Path) -> None:
    shutil.copy(DATA / "layouts" / "sai.yml", home.config / "layouts")
    path = str(tmp_path / "様式.xlsx")
    for name, message in {
        "sai": "config/layouts/sai.yml の様式は書き出せません。見出し「現年課税分」と",
        "nashi": "city_target、claims、hoki、sai のどれかです: nashi",
    }.items():
        told = mishukin(home, "template", name, "-o", path)
        assert told.code == Exit.USAGE
        assert message in told.err
    assert not Path(path).exists()
