"""The register at work: what a home's forms are asked, and what the register lacks."""

import csv
import json
import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from flow.city import CODE, OSAKA, balance_report
from support.workbooks import AMAGASAKI, TSUYAMA

import cli
from ingest import sample
from ingest.register import HEADINGS, Register
from ingest.register.table import read_register
from ingest.templates import draw
from ingest.templates import register as template
from services.exits import Exit
from services.home import Home

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


def unregistered(home: Home, capsysbinary: pytest.CaptureFixture[bytes]) -> bytes:
    """What the command prints, as a shell would write it into a file."""
    assert run(home, "claims", "--unregistered") == Exit.DONE
    return capsysbinary.readouterr().out


def append_unregistered(home: Home, capsysbinary: pytest.CaptureFixture[bytes]) -> Register:
    """`mishukin claims --unregistered >> claims.csv`, after which nothing is lacking."""
    file = home.config / "claims.csv"
    file.touch()  # as the shell does before the command runs
    capsysbinary.readouterr()
    with file.open("ab") as claims:
        claims.write(unregistered(home, capsysbinary))
    assert run(home, "claims") == Exit.DONE
    capsysbinary.readouterr()
    assert unregistered(home, capsysbinary) == b""
    register = read_register(home.config, CODE)
    assert register is not None
    return register


@pytest.mark.parametrize(
    ("folder", "code", "count", "numbered"),
    [(OSAKA, "271004", 7, 7), (TSUYAMA, "332038", 40, 0), (AMAGASAKI, "282022", 76, 0)],
)
def test_what_is_not_registered_may_be_appended_to_the_register(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes],
    folder: Path, code: str, count: int, numbered: int,
) -> None:  # fmt: skip
    home = Home(tmp_path).create()
    (home.config / "city.yml").write_text(f'municipality_code: "{code}"\n', encoding="utf-8")
    assert run(home, "load", "--received-at", "2024-09-01", str(folder)) == Exit.DONE
    register = append_unregistered(home, capsysbinary)
    assert len(register.entries) == count
    assert sum(entry.claim_number is not None for entry in register.entries) == numbered
    # Forms that name what is registered now are no longer told so.
    again = run(home, "check", *(str(path) for path in sorted(folder.iterdir())))
    assert again == Exit.DONE
    assert "台帳にない債権".encode() not in capsysbinary.readouterr().err


def test_the_sample_city_s_claims_can_be_appended_to_a_part_of_its_register(
    home: Home, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (home.config / "city.yml").write_text('municipality_code: "999999"\n', encoding="utf-8")
    *first, _ = sample.register().decode("utf-8-sig").split("\r\n", 8)
    # As Excel writes it, and without an end of line after the last row.
    (home.config / "claims.csv").write_bytes("\r\n".join(first).encode("cp932"))
    last = next(each for each in reversed(sample.deliveries()) if len(each.documents) > 20)
    for document, path in zip(last.documents, last.paths(tmp_path / "forms"), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.data)
    run(home, "load", "--received-at", "2026-07-01", str(tmp_path / "forms"))
    register = append_unregistered(home, capsysbinary)
    assert [entry.claim_number for entry in register.entries[:7]] == [
        f"{number:03d}" for number in range(1, 8)
    ]
    whole = read_register_of_sample(tmp_path)
    assert {e.claim_number: e.claim_name for e in register.entries}.items() <= {
        e.claim_number: e.claim_name for e in whole.entries
    }.items()


def read_register_of_sample(folder: Path) -> Register:
    (folder / "claims.csv").write_bytes(sample.register())
    register = read_register(folder)
    assert register is not None
    return register


def test_a_register_that_lacks_nothing_is_left_with_its_headings(
    home: Home, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert unregistered(home, capsysbinary) == b""
    assert append_unregistered(home, capsysbinary).entries == ()


def test_a_name_that_one_form_gives_to_two_departments_is_two_claims(
    home: Home, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    rows = {
        ("claim_list", number, name): value
        for number, department in (("1", "市民局"), ("2", "環境局"))
        for name, value in {
            "claim_name": "手数料", "uncollected": 5, "claim_classes": "私", "bureau": department,
        }.items()
    }  # fmt: skip
    book = tmp_path / "一覧.xlsx"
    drawn = {"fiscal_year": 2021, "municipality_code": CODE}
    book.write_bytes(draw("claim_list", values=rows, **drawn))
    assert run(home, "load", "--received-at", "2022-09-01", str(book)) == Exit.DONE
    register = append_unregistered(home, capsysbinary)
    assert [entry.key for entry in register.entries] == ["手数料／市民局", "手数料／環境局"]


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
