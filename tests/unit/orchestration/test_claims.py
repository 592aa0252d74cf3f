"""The register at work: what a home's forms are asked, and what the register lacks."""

import csv
import json
import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from integration.orchestration.city import CODE, OSAKA, balance_report

from ingest import sample
from ingest.register import HEADINGS, read_register
from ingest.templates import register as template
from orchestration import cli
from orchestration.exits import Exit
from orchestration.home import Home

ENTRY = f"{CODE},003,就学援助費,,強・非・私,教育委員会事務局,,5,あり,,"


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    (home.config / "city.yml").write_text(f'municipality_code: "{CODE}"\n', encoding="utf-8")
    return home


def run(home: Home, *arguments: str) -> int:
    return cli.run(["--home", str(home.root), *arguments])


def register(home: Home, *rows: str) -> None:
    lines = "\n".join([",".join(HEADINGS.values()), *rows])
    (home.config / "claims.csv").write_text(lines + "\n", encoding="utf-8-sig")


def load_real_forms(home: Home) -> None:
    for path in OSAKA.glob("*.xlsx"):
        shutil.copy(path, home.inbox)
    report = home.inbox / "残高報告.xlsx"
    report.write_bytes(balance_report(date(2020, 7, 31), 1000))
    assert run(home, "load") == Exit.DONE


def test_without_a_register_nothing_is_asked(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    load_real_forms(home)
    assert "台帳" not in capsys.readouterr().err


def test_an_unknown_claim_is_accepted_listed_and_can_be_pasted_into_the_register(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    register(home, ENTRY)
    load_real_forms(home)
    assert "台帳にない債権" in capsys.readouterr().err

    assert run(home, "claims", "--unregistered") == Exit.DONE
    told = capsys.readouterr()
    rows = list(csv.DictReader(StringIO(told.out)))
    assert [row["債権整理番号"] for row in rows] == ["004", "006", "008", "010", "013", "014"]
    assert all(row["団体コード"] == CODE and row["債権名"] and row["所属"] for row in rows)
    assert "債権014" in told.err

    register(home, ENTRY, *told.out.splitlines()[1:])
    assert run(home, "claims", "--unregistered") == Exit.DONE
    assert "台帳にない債権はありません" in capsys.readouterr().err
    assert run(home, "claims", "--json") == Exit.DONE
    data = json.loads(capsys.readouterr().out)
    assert len(data["registered"]) == 7 and not data["unregistered"]
    assert run(home, "claims") == Exit.DONE
    assert "就学援助費" in capsys.readouterr().out


def test_a_faulty_register_stops_before_anything_is_loaded(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    register(home, ENTRY.replace("強・非・私", "公"), "x")
    shutil.copy(OSAKA / "010.xlsx", home.inbox)
    for command in (["load"], ["check", str(OSAKA / "010.xlsx")], ["claims"]):
        assert run(home, *command) == Exit.USAGE
        said = capsys.readouterr().err
        assert "claims.csv 2行目(E2): 「債権区分」の「公」は読み取れません" in said
        assert "claims.csv 3行目(A3)" in said
        assert "Traceback" not in said
    assert not list(home.landing.iterdir())


def test_the_template_of_the_register_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_bytes(sample.register())
    register = read_register(tmp_path)
    assert register is not None
    (tmp_path / "claims.csv").unlink()
    words = {"closing_period": "出納整理期間あり", "year_end": "出納整理期間なし"}
    rows = [
        entry.row() | {"basis": words[entry.basis], "aliases": None, "claim_classes": "強・非・私"}
        for entry in register.entries
    ]
    (tmp_path / "claims.xlsx").write_bytes(template.draw(rows))
    again = read_register(tmp_path)
    assert again is not None
    assert [(e.claim_number, e.limitation_years, e.valid_from) for e in again.entries] == [
        (e.claim_number, e.limitation_years, e.valid_from) for e in register.entries
    ]
